/** Strings that break what does not escape, and records full of them. */
import fc from 'fast-check';
import { comparisonSchema } from '../../harness/gate/comparison.ts';
import type { Comparison } from '../../harness/gate/comparison.ts';
import { caseRecordSchema, runHeaderSchema } from '../../harness/record.ts';
import type { CaseRecord, Run } from '../../harness/record.ts';
import {
  acceptanceSchema,
  environmentSchema,
  historySchemaName,
  pointSchema,
} from '../../harness/history/entry.ts';
import type { Environment, Point } from '../../harness/history/entry.ts';
import type { Trend } from '../../harness/history/trend.ts';
import { trendsOf } from '../../harness/history/trend.ts';
import type { EnvironmentOfPage } from '../history/page.ts';
import { sampleComparison } from './comparisons.ts';
import { poison } from './poison.ts';
import { profiledRun } from './profiles.ts';
import { peaksWith, scalingRun } from './records.ts';

const attacks = [
  'comma, "quotes" and \'more\'',
  'two\nlines\r\nand a\ttab',
  'one\nmore',
  'bell \u0007, zero \0, escape \u001b[31m, next line \u0085',
  '</script><script>alert(1)</script><img src=x onerror="alert(2)">',
  'a & b &amp; c &lt; d ]]> e',
  '100 % :: ::error title=x::y %0A %25',
  '🙂 naïve 漢字 | pipe | `code` ``` ~~~',
  '@everyone #12 [link](https://example.invalid) ![image](x) **bold** _it_ <!-- no -->',
  '$(rm) ${x} =1+1 \\ -8',
  'https://example.invalid www.example.invalid mail@example.invalid',
  '::set-output name=x::y\n::error::z\r::stop-commands::pwned',
  '\u202egnirts\u202c \u200f\u2066rtl\u2069',
  '\\input{/etc/passwd} \\write18{rm} $x$ ^^41 \\end{tabular}',
  "=cmd|' /C calc'!A0",
  '+1+cmd()',
  '@SUM(1)',
  ') /OpenAction << /S /JavaScript /JS (app.alert(1)) >> (',
  '__proto__',
  'constructor/prototype',
  ' ',
  '',
] as const;

/** For `fc.assert`: each of them is tried, whatever else. */
export const attackExamples: [string][] = attacks.map((text) => [text]);

/** Letters of any script, signs, control characters, halves of pairs. */
export const hostileText = fc.oneof(
  fc.constantFrom(...attacks),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      '\0',
      '\u0007',
      '\u001b',
      '\u0085',
      '\u2028',
      '\ud800',
      '\udc00',
      '\ufffe',
      '<',
      '&',
      '"',
      '\n',
      '|',
      '`',
    ),
    maxLength: 12,
  }),
);

/** Every string that a comparison can hold is this one. Ids stay different. */
export function hostileComparison(text: string): Comparison {
  const poisoned = poison(comparisonSchema, sampleComparison(), text);
  return { ...poisoned, cases: poisoned.cases.map((one, index) => ({ ...one, id: `${text}${index}` })) };
}

/** Of every second case a library is said to have computed it: there its words are shown, and else those of the kernel. */
function hostileCase(record: CaseRecord, text: string, index: number): CaseRecord {
  const poisoned = { ...poison(caseRecordSchema, record, text), id: `${text}${index}` };
  return 'peer' in poisoned && index % 2 === 0 ? { ...poisoned, peer: undefined } : poisoned;
}

/** Every string that a run can hold is this one, a parameter's name and value too. Ids stay different. */
export function hostileRun(text: string): Run {
  const { header, cases } = scalingRun([128, 256, 1024]);
  const peaks = peaksWith({ f32: 60e12, readCold: 2e12, f16: 120e12 });
  const poisoned = cases.map((record, index) =>
    hostileCase({ ...record, params: { ...record.params, [text]: text } }, text, index),
  );
  const plannedCases = [...poisoned.map(({ id }) => id), text];
  return {
    header: { ...poison(runHeaderSchema, { ...header, peaks }, text), plannedCases },
    cases: poisoned,
  };
}

/** Of one kernel with passes, at two lengths. */
export function hostileProfile(text: string): Run {
  const { header, cases } = profiledRun();
  return {
    header: poison(runHeaderSchema, header, text),
    cases: cases.map((record, index) => ({
      ...hostileCase(record, text, index),
      kernel: `${text}${index % 2}`,
    })),
  };
}

/** A history with an acceptance, and where it was measured. Commits stay different. */
export function hostileHistory(
  text: string,
  points: readonly Point[],
  environment: Environment,
): {
  readonly environments: readonly EnvironmentOfPage[];
  readonly trends: readonly Trend[];
} {
  const poisoned = points.map((one, index) => ({
    ...poison(pointSchema, one, text),
    commit: `${text}${index}`,
    hashes: one.hashes,
  }));
  const acceptance = poison(
    acceptanceSchema,
    { schema: historySchemaName, kind: 'acceptance', target: 'flash', commit: 'c', note: 'n' },
    text,
  );
  return {
    environments: [{ id: text, environment: poison(environmentSchema, environment, text) }],
    trends: trendsOf(text, poisoned, [acceptance]),
  };
}
