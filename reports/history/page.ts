/** The trend page: one HTML file that works from disk and asks the network for nothing. */
import type { Environment } from '../../harness/history/entry.ts';
import type { Trend } from '../../harness/history/trend.ts';
import { alarmsOf } from '../../harness/history/trend.ts';
import { makeBundle, selfContained } from '../html/self-contained.ts';
import type { Bundle } from '../html/self-contained.ts';
import type { HistoryPayload, PageEnvironment } from './payload.ts';
import { alarmSentence, dayOf, stepsTable } from './tables.ts';

export interface EnvironmentOfPage {
  readonly id: string;
  readonly environment: Environment | null;
}

const body = `<header class="top"><p class="brand">attnbench</p><h1 id="title">History</h1><p id="facts" class="facts"></p><nav aria-label="Contents"><a href="#trends">Trends</a><a href="#steps">Steps</a><a href="#environments">Environments</a></nav></header>
<main>
<noscript><p class="callout">The charts of this page are drawn by a script, and scripts are switched off. attnbench history show prints the same.</p></noscript>
<ul id="alarms" class="callout" hidden></ul>
<section id="trends"><h2>Trends</h2><p class="fixed">Time over that of the first base: a chain of ratios, each measured within one process, so that a slower machine does not show. The band is the 95 % interval; errors add up along the chain. An upright line is a step, a broken one a step that was accepted; where the chain breaks, the line does too.</p><form id="controls" class="controls below"></form><p id="empty" class="fixed" hidden>No points yet: attnbench history add brings the first.</p><div id="panels" class="panels"></div></section>
<section id="steps"><h2>Steps</h2></section>
<section id="environments"><h2>Environments</h2></section>
</main>`;

/** The same for every page, so it is made once. */
let bundled: Promise<Bundle> | null = null;

function environmentOf({ id, environment }: EnvironmentOfPage): PageEnvironment {
  if (environment === null) return { id, label: id, facts: [['folder', id]] };
  const { adapter, host, clock, flags } = environment;
  return {
    id,
    label: `${adapter.name}, ${host.cpu}`,
    facts: [
      ['folder', id],
      [
        'adapter',
        [adapter.vendor, adapter.architecture, adapter.device, adapter.description]
          .filter(Boolean)
          .join(' · '),
      ],
      ['subgroups', `${adapter.subgroupMinSize} to ${adapter.subgroupMaxSize} wide`],
      ['machine', `${host.cpu}, ${host.cores} cores`],
      ['host', `${host.name}, webgpu ${host.webgpu}`],
      ['clock', clock],
      ['flags', flags.join(' ') || 'none'],
    ],
  };
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function factsOf(trends: readonly Trend[]): string {
  const dates = trends
    .flatMap(({ segments }) =>
      segments.flatMap(({ points }) => points.map(({ committedAt }) => dayOf(committedAt))),
    )
    .sort();
  const [first] = dates;
  const last = dates.at(-1);
  return [
    counted(trends.length, 'trend'),
    counted(dates.length, 'point'),
    ...(first === undefined || last === undefined ? [] : [first === last ? first : `${first} to ${last}`]),
  ].join(' · ');
}

/** Trends with an open slow-down come first. */
export async function renderHistoryPage(
  environments: readonly EnvironmentOfPage[],
  trends: readonly Trend[],
): Promise<string> {
  bundled ??= makeBundle(new URL('client.ts', import.meta.url));
  const worstFirst = [...trends].sort((a, b) => alarmsOf(b).length - alarmsOf(a).length);
  const shown = new Set(trends.map(({ environment }) => environment));
  const payload: HistoryPayload = {
    title: 'History',
    facts: factsOf(trends),
    alarms: worstFirst.flatMap((trend) =>
      alarmsOf(trend).map((step) =>
        alarmSentence({ ...step, environment: trend.environment, case: trend.case }),
      ),
    ),
    environments: environments.filter(({ id }) => shown.has(id)).map(environmentOf),
    trends: worstFirst,
    steps: stepsTable(trends),
  };
  return selfContained(await bundled, { title: 'attnbench history', body, payload });
}
