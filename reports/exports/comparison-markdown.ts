/** A comparison for a pull request or a step's summary: worst first, the rest folded, small charts of letters. */
import type { ComparedCase, Comparison, ExactFigure } from '../../harness/gate/comparison.ts';
import { formatDuration } from '../../harness/format.ts';
import {
  adapterText,
  calibrationText,
  changedFigures,
  effectText,
  figureSentence,
  headline,
  isBelieved,
  isSameCode,
  memoryRegression,
  noiseText,
  probabilityText,
  reasonText,
  shareText,
  sideText,
  timedOf,
  verdictWords,
  worstFirst,
} from '../comparison/verdicts.ts';
import { barReach, fitted, folded, intervalBar, marker, tablePart, textPart } from './markdown.ts';
import type { Part } from './markdown.ts';
import { markdownCode } from './text.ts';

const signs: Readonly<Record<ComparedCase['verdict'], string>> = {
  WRONG: '❌',
  REGRESSED: '🔴',
  FAILED: '💥',
  UNKNOWN: '🟡',
  REMOVED: '➖',
  SKIPPED: '⏭️',
  NEW: '🆕',
  IMPROVED: '🟢',
  SAME: '⚪',
};

/** `last`: what the last column says, which is p where it is not the reason. */
function timesPart(cases: readonly ComparedCase[], reach: number, last: 'p' | 'why' = 'p'): Part {
  const rows = cases.map((one) => {
    const timed = timedOf(one);
    const reason = markdownCode(reasonText(one));
    const start = [`${signs[one.verdict]} ${one.verdict}`, markdownCode(one.id)];
    if (timed === null) return [...start, '', last === 'why' ? '' : reason, '', last === 'why' ? reason : ''];
    return [
      ...start,
      `<code>${intervalBar(timed.effect, reach)}</code>`,
      effectText(timed.effect),
      `${formatDuration(timed.baseNs)} → ${formatDuration(timed.headNs)}`,
      last === 'why' ? reason : probabilityText(timed.pAdjusted).replace('<', '&lt;'),
    ];
  });
  return tablePart(
    [
      ['verdict', 'left'],
      ['case', 'left'],
      ['faster · slower', 'left'],
      ['change, 95 % interval', 'left'],
      ['base → head', 'right'],
      last === 'why' ? ['why', 'left'] : ['p, adjusted', 'right'],
    ],
    rows,
  );
}

function reasonsPart(cases: readonly ComparedCase[]): Part {
  return tablePart(
    [
      ['verdict', 'left'],
      ['case', 'left'],
      ['why', 'left'],
    ],
    cases.map((one) => [
      `${signs[one.verdict]} ${one.verdict}`,
      markdownCode(one.id),
      isSameCode(one)
        ? 'same code, not timed'
        : one.verdict === 'NEW'
          ? 'only head has it'
          : one.verdict === 'REMOVED'
            ? 'only base has it'
            : markdownCode(reasonText(one)),
    ]),
  );
}

interface Changed {
  readonly one: ComparedCase;
  readonly figure: ExactFigure;
}

const figuresPart = (changed: readonly Changed[]): Part => ({
  before: '',
  rows: changed.map(
    ({ one, figure }) => `- ${markdownCode(one.id)}: ${figureSentence(figure)}, ${figure.change}\n`,
  ),
  after: '\n',
});

const counted = (count: number, word: string): string => `${count} ${word}`;

const sessionsOf = (looks: Comparison['design']['looks']): string =>
  looks.map(({ sessions }) => sessions).join(', ');

function method(comparison: Comparison): string {
  const { command, design, seconds, clock, host, tool, startedAt } = comparison;
  const noise = noiseText(comparison);
  const lines = [
    `command ${markdownCode(command)}`,
    `base ${markdownCode(sideText(comparison.base))}, head ${markdownCode(sideText(comparison.head))}`,
    `adapter ${markdownCode(comparison.adapter?.description || adapterText(comparison))}, host ${markdownCode(`${host.name} ${host.runtime}, ${host.os}, ${host.cpu}, ${host.cores} cores`)}`,
    ...(clock === null ? [] : [`clock ${clock.source}, step ${formatDuration(clock.tickNs)}`]),
    `each session is a fresh process with ${design.pairsPerSession} pairs of base and head in shuffled order; screened after ${sessionsOf(design.looks)} sessions, what looks different confirmed by ${sessionsOf(design.confirmLooks)} fresh ones; seed ${markdownCode(design.seed)}`,
    `took ${Math.round(seconds)} s of a budget of ${Math.round(design.budgetSeconds)} s`,
    ...(noise === null ? [] : [`noise: ${markdownCode(noise)}`]),
    ...(comparison.control === null ? [] : [`control: ${markdownCode(comparison.control.message)}`]),
    markdownCode(calibrationText(comparison)),
    `attnbench ${markdownCode(tool.version)}, started ${markdownCode(startedAt)}`,
  ];
  return `${lines.map((line) => `- ${line}\n`).join('')}`;
}

function partsOf(comparison: Comparison): readonly Part[] {
  const cases = worstFirst(comparison.cases);
  const of = (...verdicts: readonly ComparedCase['verdict'][]): readonly ComparedCase[] =>
    cases.filter(({ verdict }) => verdicts.includes(verdict));
  const reach = barReach(cases.flatMap((one) => timedOf(one)?.effect ?? []));
  const first = of('WRONG', 'REGRESSED', 'FAILED');
  const undecided = of('UNKNOWN');
  const improved = of('IMPROVED');
  const same = of('SAME').filter((one) => !isSameCode(one));
  const untimed = [...of('REMOVED', 'SKIPPED', 'NEW'), ...cases.filter(isSameCode)];
  const changed = cases.flatMap((one) => changedFigures(one).map((figure) => ({ one, figure })));
  const hungrier = changed.filter(({ one, figure }) => figure === memoryRegression(one, comparison));
  const head = [
    marker('compare', adapterText(comparison)),
    `### attnbench: ${headline(comparison)}\n\n`,
    `${markdownCode(sideText(comparison.base))} → ${markdownCode(sideText(comparison.head))} on ${markdownCode(adapterText(comparison))}\n\n`,
    isBelieved(comparison)
      ? ''
      : `> [!WARNING]\n> ${markdownCode(comparison.control?.message ?? '')}\n>\n> No verdict of this run is to be believed, and none fails the build.\n\n`,
  ].join('');
  const fold = (members: readonly unknown[], words: string, part: Part): readonly Part[] =>
    members.length === 0 ? [] : [folded(counted(members.length, words), part)];
  return [
    textPart(head),
    ...(first.length === 0 ? [] : [timesPart(first, reach)]),
    ...(hungrier.length === 0 ? [] : [figuresPart(hungrier)]),
    ...fold(improved, verdictWords.IMPROVED, timesPart(improved, reach)),
    ...fold(
      undecided,
      `${verdictWords.UNKNOWN}: neither a change nor the absence of one was shown`,
      timesPart(undecided, reach, 'why'),
    ),
    ...fold(changed, 'differences of memory, work and error, exact', figuresPart(changed)),
    ...fold(same, 'shown to be the same', timesPart(same, reach)),
    ...fold(untimed, 'not timed', reasonsPart(untimed)),
    folded(
      'How this was measured',
      textPart(
        `${method(comparison)}- charts: no change in the middle, ${shareText(Math.exp(reach) - 1)} slower at the right end\n`,
      ),
    ),
  ];
}

/** At most so many bytes. */
export const comparisonMarkdown = (comparison: Comparison, mostBytes: number): string =>
  fitted(partsOf(comparison), mostBytes);
