/** Against a reader of GitHub's Markdown: what a comment shows, how it is cut, how the next one finds it. */
import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { comparisonOf, sampleCases, sampleComparison } from '../testing/comparisons.ts';
import { attackExamples, hostileComparison, hostileRun, hostileText } from '../testing/hostile.ts';
import { scalingRun } from '../testing/records.ts';
import { reportedOf } from '../testing/reported.ts';
import { comparisonMarkdown } from './comparison-markdown.ts';
import {
  commentBytes,
  fitted,
  intervalBar,
  sparkline,
  summaryBytes,
  tablePart,
  textPart,
} from './markdown.ts';
import { runMarkdown } from './run-markdown.ts';

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

function decode(html: string): string {
  return html.replaceAll(
    /&(?:#(\d+)|(\w+));/g,
    (whole, code: string | undefined, name: string | undefined) =>
      code === undefined ? (entities[name ?? ''] ?? whole) : String.fromCodePoint(Number(code)),
  );
}

interface Shown {
  readonly html: string;
  /** Rows of all tables, as text. */
  readonly rows: readonly (readonly string[])[];
  /** Everything that stands as code, as text. */
  readonly codes: readonly string[];
}

const plain = new Set(
  'h3 p code table thead tbody tr th td details summary ul li strong em blockquote br'.split(' '),
);

/** Throws where an element is there that we did not make. */
function show(markdown: string): Shown {
  const [first, ...rest] = markdown.split('\n');
  expect(first).toMatch(/^<!-- attnbench [a-z0-9 -]+ -->$/);
  const html = marked.parse(rest.join('\n'), { async: false });
  expect(html).not.toContain('<!--');
  for (const [, name, attributes] of html.matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)) {
    expect(plain).toContain(name);
    expect(attributes.replace(/ align="(left|right)"/, '')).toBe('');
  }
  const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => decode(cell.replaceAll(/<\/?code>/g, ''))),
  );
  const codes = [...html.matchAll(/<code>(.*?)<\/code>/gs)].map(([, code]) => decode(code));
  return { html, rows: rows.filter((row) => row.length > 0), codes };
}

describe('a comparison', () => {
  const markdown = comparisonMarkdown(sampleComparison(), commentBytes);
  test('begins with its marker, its headline and what was compared', () => {
    const lines = markdown.split('\n');
    expect(lines[0]).toBe('<!-- attnbench compare synthetic -->');
    expect(lines[1]).toBe(
      '### attnbench: 1 wrong, 2 regressed, 1 failed, 4 undecided, 1 removed, 1 skipped, 1 new, 1 improved, 2 the same, 1 with more memory',
    );
  });
  test('shows the worst unfolded and first, the others folded', () => {
    const { rows, html } = show(markdown);
    expect(rows.map(([verdict]) => verdict.split(' ')[1])).toEqual([
      'WRONG',
      'REGRESSED',
      'REGRESSED',
      'FAILED',
      'IMPROVED',
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
      'SAME',
      'REMOVED',
      'SKIPPED',
      'NEW',
      'SAME',
    ]);
    const open = html.slice(0, html.indexOf('<details>'));
    expect(open).toContain('FAILED');
    expect(open).toContain('memory 8.00 MiB → 9.00 MiB (+12.5 %), worse');
    expect(open).not.toContain('UNKNOWN');
    expect(html.match(/<details>/g)).toHaveLength(html.match(/<\/details>/g)?.length ?? 0);
  });
  test('draws each interval beside its numbers', () => {
    const row = show(markdown).rows.find(([, id]) => id.startsWith('scaling/mamba:n=1024'));
    expect(row?.[2]).toBe('··········│├●┤·······');
    expect(row?.[3]).toBe('+3.9 % [+1.7, +6.2]');
    expect(row?.[5]).toContain('the budget of 300 s ran out');
  });
  test('warns before anything else where the control shows a difference', () => {
    const control = { cases: 8, significant: true, pValue: 0.001, message: 'the A/A arms differ' };
    const text = comparisonMarkdown(sampleComparison({ control }), commentBytes);
    expect(text.split('\n')[1]).toContain('Not to be believed');
    expect(text.indexOf('[!WARNING]')).toBeLessThan(text.indexOf('REGRESSED'));
  });
  test('says how noisy the machine was, where anybody looked', () => {
    const line = /^- noise: .*10 processes show a slowdown from 1\.8 % on; unmet: .*stop them/m;
    expect(comparisonMarkdown(sampleComparison(), commentBytes)).toMatch(line);
    const unseen = comparisonMarkdown(sampleComparison({ noise: undefined }), commentBytes);
    expect(unseen).not.toContain('- noise');
  });
  test('that timed nothing is short and says why', () => {
    const same = sampleCases().filter((one) => one.verdict === 'SAME' && one.timed === null);
    const text = comparisonMarkdown(
      comparisonOf(same, { adapter: null, clock: null, control: null }),
      commentBytes,
    );
    expect(text.split('\n')[1]).toBe(
      '### attnbench: Nothing to time: the one case runs the same code in base and head',
    );
  });
});

describe('of thousands of cases', () => {
  const many = Array.from({ length: 300 }, (_, index) =>
    sampleCases().map((one) => ({ ...one, id: `${one.id},window=${index}` })),
  ).flat();
  test.each([commentBytes, summaryBytes])('fits in %i bytes, and says what is missing', (most) => {
    const text = comparisonMarkdown(comparisonOf(many), most);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
    expect(Buffer.byteLength(text)).toBeGreaterThan(most * 0.9);
    expect(text).toContain('How this was measured');
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
    const missing = [...text.matchAll(/_and (\d+) more: the report has them all_/g)].map(([, count]) =>
      Number(count),
    );
    const rows = text.split('\n').filter((line) => /^(\| [^v-]|- <code>scaling)/.test(line));
    const figures = 2 * 300 + 300;
    expect(missing.reduce((sum, count) => sum + count, rows.length)).toBe(many.length + figures);
  });
  test('the worst are what is left', () => {
    const { rows } = show(comparisonMarkdown(comparisonOf(many), commentBytes));
    const verdicts = rows.map(([verdict]) => verdict.split(' ')[1]);
    const wrong = verdicts.filter((verdict) => verdict === 'WRONG');
    expect(wrong).toHaveLength(300);
    expect(verdicts.slice(0, 300)).toEqual(wrong);
    expect(new Set(verdicts.slice(300))).toEqual(new Set(['REGRESSED']));
  });
});

test('what is cut loses its last rows, and only as many as it must', () => {
  const numbers = Array.from({ length: 100 }, (_, index) => [String(index)]);
  const parts = [textPart('head\n\n'), tablePart([['a', 'left']], numbers)];
  const whole = fitted(parts, 100_000);
  expect(fitted(parts, Buffer.byteLength(whole))).toBe(whole);
  const cut = fitted(parts, Buffer.byteLength(whole) - 1);
  expect(cut).toContain('| 90 |\n');
  expect(cut).not.toContain('| 99 |');
  const [, more] = /_and (\d+) more: the report has them all_/.exec(cut) ?? [];
  expect(cut).toContain(`| ${99 - Number(more)} |\n`);
});

describe('charts of letters', () => {
  const reach = Math.log(1.1);
  test.each([
    [{ ratio: 1, low: 0.98, high: 1.02 }, '········├─●─┤········'],
    [{ ratio: 1.05, low: 1.03, high: 1.07 }, '··········│··├─●─┤···'],
    [{ ratio: 1.05, low: 0.99, high: 1.3 }, '·········├─────●─────'],
    [{ ratio: 2, low: 1.9, high: 2.1 }, '··········│·········▶'],
    [{ ratio: 0.5, low: 0.45, high: 0.55 }, '◀·········│··········'],
  ])('an interval %o', (ends, bar) => expect(intervalBar(ends, reach)).toBe(bar));
  test('a line of blocks with gaps', () => {
    expect(sparkline([1, 10, null, 100], 1, 100)).toBe('▁▅ █');
    expect(sparkline([5], 5, 5)).toBe('▁');
  });
});

describe('a run', () => {
  const markdown = runMarkdown(reportedOf(scalingRun()), commentBytes);
  test('shows what went wrong first, then how time grows, the longest first', () => {
    const { rows } = show(markdown);
    expect(rows.slice(0, 4).map(([first]) => first)).toEqual([
      '❌ wrong',
      '❌ invalid',
      '❌ timeout',
      'flash',
    ]);
    const flash = rows.find(([kernel]) => kernel === 'flash');
    expect(flash?.[1]).toMatch(/^[▁-█]{8}$/);
    expect(flash?.at(-1)).toMatch(/^2\.00 \[/);
  });
  test('has every time, folded', () => {
    const { html, codes } = show(markdown);
    expect(html).toContain('<summary>All 50 times</summary>');
    expect(codes).toContain('scaling/flash:n=1024,heads=8,d=64,precision=f32');
  });
});

test('strings are text whatever they hold: no mark-up, no mention, no link', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const expected = text
        .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
        .replaceAll(/\p{Cc}/gu, (letter) => ('\t\n'.includes(letter) ? letter : '\uFFFD'));
      const markdowns = [
        runMarkdown(reportedOf(hostileRun(text)), commentBytes),
        comparisonMarkdown(hostileComparison(text), commentBytes),
      ];
      for (const markdown of markdowns) {
        const { codes } = show(markdown);
        expect(codes).toContain(`${expected}3`);
        if (expected.trim() !== '') expect(codes.some((code) => code.includes(expected))).toBe(true);
      }
    }),
    { examples: attackExamples, numRuns: 18 },
  );
}, 60_000);
