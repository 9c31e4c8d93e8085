/** A comparison as one HTML file that works from disk and asks the network for nothing. */
import type { Comparison } from '../../../harness/gate/comparison.ts';
import { makeBundle, selfContained } from '../../html/self-contained.ts';
import type { Bundle } from '../../html/self-contained.ts';
import { figuresTable } from '../tables.ts';
import type { ComparisonPayload } from './payload.ts';

/** The same for every comparison, so it is made once. */
let bundled: Promise<Bundle> | null = null;

const body = `<header class="top"><p class="brand">attnbench</p><h1 id="title">Comparison</h1><p id="facts" class="facts"></p><nav aria-label="Contents"><a href="#cases">Cases</a><a href="#method">How to read this</a><a href="#environment">Environment</a></nav></header>
<main>
<noscript><p class="callout">This page is drawn by a script, and scripts are switched off. attnbench report writes the same as CSV and Markdown.</p></noscript>
<ul id="notes" class="callout" hidden></ul>
<section id="cases"><h2>Cases <span id="count" class="count"></span></h2><form id="controls" class="controls"></form><div id="axis" class="axis" aria-hidden="true"></div><div id="list" class="cases"></div><p id="calibration" class="fixed below"></p></section>
<section id="figures" class="table" hidden><h2>Memory, work and error</h2></section>
<section id="method" class="prose"><h2>How to read this</h2>
<p>Base and head are timed in one process on one device, in pairs whose order is shuffled. A session is a fresh process; its answer is the median ratio of its pairs. The bar is the 95 % interval of the ratio over the sessions, the band around the middle is the margin within which a difference does not count.</p>
<ul>
<li><strong>REGRESSED</strong>, <strong>IMPROVED</strong>: the first sessions saw it, and of fresh ones, taken alone, the whole interval lies beyond the margin. The bar is of the fresh ones.</li>
<li><strong>SAME</strong>: the whole interval lies inside the margin, or both run the same code.</li>
<li><strong>UNKNOWN</strong>: neither is shown. It is no pass; the reason says what would decide it.</li>
<li><strong>WRONG</strong>: wrong numbers against float64. Such a case has no time, however fast it is.</li>
</ul>
<p>The control times head against a second copy of head in the same sessions. Where it shows a difference, the machine does, and no verdict is to be believed. Detectable is the slowdown that these sessions tell from no change 8 times of 10; within the margin it does not count.</p>
</section>
<section id="environment"><h2>Environment</h2></section>
</main>`;

/** The whole page. */
export async function renderComparisonPage(comparison: Comparison): Promise<string> {
  bundled ??= makeBundle(new URL('client.ts', import.meta.url), new URL('style.css', import.meta.url));
  const figures = figuresTable(comparison);
  const payload: ComparisonPayload = { comparison, figures: figures.rows.length === 0 ? null : figures };
  return selfContained(await bundled, { title: 'attnbench comparison', body, payload });
}
