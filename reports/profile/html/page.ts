/** A profile as one HTML file that works from disk and asks the network for nothing. */
import { makeBundle, selfContained } from '../../html/self-contained.ts';
import type { Bundle } from '../../html/self-contained.ts';
import type { Comparison } from '../compare.ts';
import { figuresOfProfile } from '../figure.ts';
import type { CaseProfile, Profile } from '../profile.ts';
import {
  boundsTable,
  comparisonTable,
  hostTable,
  passesTable,
  peaksNote,
  workgroupsTable,
} from '../tables.ts';
import type { ProfilePayload, ProfileSection } from './payload.ts';

/** The client and chart.js in one script. The same for every profile, so it is made once. */
let bundled: Promise<Bundle> | null = null;

const body = `<header class="top"><p class="brand">attnbench</p><h1 id="title">Profile</h1><p id="facts" class="facts"></p><nav id="contents" aria-label="Contents"></nav></header>
<main>
<noscript><p class="callout">The charts and tables of this page are drawn by a script, and scripts are switched off. The same tables lie beside this file as CSV and Markdown.</p></noscript>
<ul id="notes" class="callout" hidden></ul>
<section id="figures"><h2>Figures</h2><div id="panels" class="panels"></div></section>
<div id="sections"></div>
<section id="environment"><h2>Environment</h2></section>
</main>`;

function caseSection(profile: Profile, one: CaseProfile, index: number): ProfileSection {
  return {
    id: `case-${index + 1}`,
    heading: one.label,
    sentences: [`${one.id} · ${one.variant} · ${one.samples} samples`],
    tables: [
      passesTable([one]),
      ...(profile.header.peaks === null ? [] : [boundsTable(profile, [one])]),
      workgroupsTable(profile, [one]),
      hostTable([one]),
    ],
  };
}

function payloadOf(profile: Profile, comparisons: readonly Comparison[]): ProfilePayload {
  const { header, cases, missing } = profile;
  const sideBySide = comparisons.map((comparison, index): ProfileSection => ({
    id: `difference-${index + 1}`,
    heading: `${comparison.first} against ${comparison.second}`,
    sentences: [comparison.sentence],
    tables: [comparisonTable(comparison, index)],
  }));
  return {
    title: cases.length === 1 ? `Profile of ${cases[0].label}` : `Profile of ${cases.length} cases`,
    facts: [header.adapter.description || header.adapter.name, header.startedAt.slice(0, 10)].join(' · '),
    notes: [...missing.map(({ message }) => message), peaksNote(profile)],
    figures: figuresOfProfile(profile),
    sections: [...cases.map((one, index) => caseSection(profile, one, index)), ...sideBySide],
    run: { header, label: header.adapter.name },
  };
}

/** The whole page. */
export async function renderProfilePage(
  profile: Profile,
  comparisons: readonly Comparison[],
): Promise<string> {
  bundled ??= makeBundle(new URL('client.ts', import.meta.url));
  const payload = payloadOf(profile, comparisons);
  return selfContained(await bundled, { title: 'attnbench profile', body, payload });
}
