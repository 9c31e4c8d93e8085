/** The report as one HTML file that works from disk and asks the network for nothing. */
import type { Analysis } from '../analysis.ts';
import { describeAxis } from '../../harness/format.ts';
import { hasSeveralDevices } from '../hardware/judge.ts';
import { deviceFilters } from '../hardware/filters.ts';
import { axesThatVary } from '../sweeps.ts';
import { methodHtml } from './method.ts';
import { packAnalysis } from './packed.ts';
import type { PageFilter, PagePayload } from './payload.ts';
import { makeBundle, selfContained } from './self-contained.ts';
import type { Bundle } from './self-contained.ts';

function filtersOf(analysis: Analysis): readonly PageFilter[] {
  const suites = [...new Set(analysis.rows.map((row) => row.suite))];
  const suiteFilter: PageFilter[] =
    suites.length > 1 ? [{ axis: 'suite', values: suites.map((value) => ({ value, label: value })) }] : [];
  const several = hasSeveralDevices(analysis);
  const deviceFilter: readonly PageFilter[] = (several ? deviceFilters(analysis) : []).map(
    ({ axis, values }) => ({ axis, values: values.map((value) => ({ value, label: value })) }),
  );
  const axisFilters = axesThatVary(analysis.rows)
    .filter((axis) => axis !== 'n' || several)
    .map((axis): PageFilter => {
      const values = [
        ...new Set(analysis.rows.flatMap((row) => (axis === 'run' ? row.run : (row.params[axis] ?? [])))),
      ];
      if (values.every((value) => typeof value === 'number')) values.sort((a, b) => a - b);
      const label = (value: string | number | boolean): string =>
        axis === 'run' && typeof value === 'number'
          ? analysis.runs[value].label
          : typeof value === 'number'
            ? String(value)
            : describeAxis(axis, value);
      return {
        axis,
        ...(axis === 'run' && several ? { title: 'device' } : {}),
        values: values.map((value) => ({ value, label: label(value) })),
      };
    });
  return [...suiteFilter, ...deviceFilter, ...axisFilters];
}

const body = `<header class="top"><p class="brand">attnbench</p><h1 id="title">Report</h1><p id="facts" class="facts"></p><nav id="contents" aria-label="Contents"></nav></header>
<main>
<noscript><p class="callout">The charts and tables of this page are drawn by a script, and scripts are switched off. The same tables lie beside this file as CSV and Markdown.</p></noscript>
<section id="warnings" hidden></section>
<section id="figures"><h2>Figures</h2><form id="controls" class="controls"></form><div id="sweeps"></div></section>
<section id="tables"></section>
<section id="environment"><h2>Environment</h2></section>
${methodHtml}
</main>`;

/** The client and chart.js in one script. The same for every report, so it is made once. */
let bundled: Promise<Bundle> | null = null;

/** The whole page. */
export async function renderPage(analysis: Analysis): Promise<string> {
  bundled ??= makeBundle(
    new URL('client.ts', import.meta.url),
    new URL('../hardware/style.css', import.meta.url),
  );
  const payload: PagePayload = { analysis: packAnalysis(analysis), filters: filtersOf(analysis) };
  return selfContained(await bundled, { title: 'attnbench report', body, payload });
}
