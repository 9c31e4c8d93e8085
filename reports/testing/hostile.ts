/** Strings that break what does not escape, and records full of them. */
import fc from 'fast-check';
import type { ComparedCase, Comparison } from '../../harness/gate/comparison.ts';
import type { CaseRecord, Run } from '../../harness/record.ts';
import { sampleComparison } from './comparisons.ts';
import { scalingRun } from './records.ts';

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

/** Every string of the sample that a person or a compiler could have written is this one. Ids stay different. */
export function hostileComparison(text: string): Comparison {
  const sample = sampleComparison();
  const cases = sample.cases.map((one, index): ComparedCase => {
    const strings = {
      id: `${text}${index}`,
      suite: text,
      kernel: text,
      mechanism: text,
      file: text,
      reasons: one.reasons.map(({ code }) => ({ code, message: text })),
    };
    return 'problem' in one ? { ...one, ...strings, problem: { message: text } } : { ...one, ...strings };
  });
  const { adapter } = sample;
  return {
    ...sample,
    cases,
    command: text,
    comparisonId: text,
    base: { ...sample.base, label: text },
    head: { ...sample.head, label: text },
    adapter: adapter === null ? null : { ...adapter, name: text, description: text },
    control: sample.control === null ? null : { ...sample.control, message: text },
  };
}

export function hostileRun(text: string): Run {
  const sample = scalingRun([128, 256, 1024]);
  const { header } = sample;
  const cases = sample.cases.map((record, index): CaseRecord => {
    const strings = { id: `${text}${index}`, suite: text, kernel: text, mechanism: text };
    switch (record.status) {
      case 'ok':
        return { ...record, ...strings, variant: text };
      case 'skipped':
        return { ...record, ...strings, reason: { ...record.reason, message: text } };
      case 'invalid':
      case 'wrong':
        return {
          ...record,
          ...strings,
          reason: { code: text, message: text },
          source: { hash: text, passes: [text] },
        };
      case 'failed':
      case 'timeout':
      case 'lost':
        return { ...record, ...strings, reason: { code: text, message: text } };
    }
  });
  return {
    header: {
      ...header,
      runId: text,
      suite: text,
      command: text,
      adapter: { ...header.adapter, name: text, description: text },
      host: { ...header.host, os: text, cpu: text },
    },
    cases,
  };
}
