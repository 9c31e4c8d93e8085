import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Comparison } from '../harness/gate/comparison.ts';
import { seededRandom } from '../harness/random.ts';
import { comparison, commitName } from '../harness/testing/history.ts';
import { captured } from './testing/captured-io.ts';
import type { Captured } from './testing/captured-io.ts';

let work: string;
let store: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'attnbench-history-'));
  store = join(work, 'store');
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

const id = 'scaling/flash:n=1024,heads=8,d=64,precision=f32';

function folder(name: string, content: Comparison | string): string {
  const path = join(work, name);
  mkdirSync(path);
  writeFileSync(
    join(path, 'comparison.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
  return path;
}
const history = (...words: readonly string[]): Promise<Captured> =>
  captured('history', ...words, '--store', store);

/** A comparison for each ratio, the nth of commit n, a day after the one before. */
function compared(ratios: readonly number[]): readonly string[] {
  const random = seededRandom('scripts/history');
  return ratios.map((ratio, index) => {
    const one = comparison(index + 1, {
      base: 'base',
      head: `head-${index}`,
      ratio: ratio * Math.exp(0.006 * random.normal()),
    });
    const startedAt = new Date(Date.UTC(2026, 2, index + 1)).toISOString();
    return folder(`compared-${index + 1}`, { ...one, startedAt });
  });
}
const slowed = [...Array.from({ length: 10 }, () => 1), ...Array.from({ length: 10 }, () => 1.06)];

describe('a slow-down, from comparisons to its note', () => {
  test('is added, shown, alarms, is accepted, and alarms no more', async () => {
    const folders = compared(slowed);
    const added = await history('add', ...folders);
    expect(added.code).toBe(0);
    expect(added.out.split('\n')[0]).toMatch(/compared-1: 1 point added to .*store.synthetic-[0-9a-f]{10}$/);
    expect(added.err).toContain(`git knows no commit ${commitName(1)} here`);

    const shown = await history('show');
    expect(shown.out).toMatch(new RegExp(`^${id} +synthetic-\\w+ +20 +0 +\\+\\d`, 'm'));
    expect(shown.out).toContain('SLOWER');

    const checked = await history('check');
    expect(checked.code).toBe(1);
    expect(checked.out).toMatch(
      /^scaling\/flash:\S+ is [56]\.\d % slower since 000ac{6}\.\.000bc{6} \(after 000ac{6} of 2026-03-10 and by 000bc{6} of 2026-03-11\), synthetic-\w+\n$/,
    );
    expect(checked.err).toContain(`attnbench history accept '${id}' ${commitName(11)} --note "why"`);
    const json = JSON.parse((await history('check', '--json')).out);
    expect(json).toMatchObject({
      trends: 1,
      alarms: [{ case: id, after: { commit: commitName(10) }, upTo: { commit: commitName(11) } }],
    });

    const accepted = await history('accept', 'flash', commitName(11), '--note', 'the exact softmax');
    expect(accepted).toMatchObject({ code: 0, out: `accepted: flash at ${commitName(11)}, 1 step\n` });
    expect(await history('check')).toMatchObject({
      code: 0,
      out: 'no slow-down without a note in 1 trend\n',
    });
    expect((await history('show', 'flash')).out).toContain('accepted: the exact softmax');
  });

  test('the same comparisons give the same bytes, in whatever order they are added', async () => {
    const folders = compared(slowed);
    await history('add', ...folders);
    const first = (await history('show', '--json')).out;
    expect((await history('add', folders[3])).out).toContain('0 points added');
    expect((await history('show', '--json')).out).toBe(first);
    rmSync(store, { recursive: true });
    await history('add', ...folders.slice(8).toReversed());
    await history('add', ...folders.slice(0, 12));
    expect((await history('show', '--json')).out).toBe(first);
    expect(JSON.parse(first).trends[0].segments[0].points).toHaveLength(20);
  });
});

test('a page is written', async () => {
  await history('add', ...compared([1, 1.01]));
  const page = join(work, 'pages', 'trend.html');
  expect(await history('show', '--html', page)).toMatchObject({ code: 0, err: `${page} is written\n` });
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/);
});

test('a page that cannot be written says so, and what to do', async () => {
  await history('add', ...compared([1]));
  const inAFile = join(work, 'compared-1', 'comparison.json', 'trend.html');
  const { code, err } = await history('show', '--html', inAFile);
  expect(code).toBe(2);
  expect(err).toMatch(/a file stands where a folder is needed; name another file with --html\n$/);
});

test('without points nothing is checked, and nothing is green', async () => {
  mkdirSync(store);
  expect(await history('check')).toMatchObject({ code: 5, out: 'no points yet: nothing was checked\n' });
  expect(await history('show')).toMatchObject({ code: 0, out: 'no points yet\n' });
  const page = join(work, 'trend.html');
  expect((await history('show', '--html', page)).code).toBe(0);
  expect(readFileSync(page, 'utf8')).toContain('No points yet');
});

test('a comparison whose A/A arm differs is not added: exit code 4', async () => {
  const one = comparison(1, { base: 'a', head: 'b', ratio: 1.2 });
  const control = { cases: 1, significant: true, pValue: 0.001, message: 'the A/A arms differ' };
  const { code, err } = await history('add', folder('noisy', { ...one, control }));
  expect(code).toBe(4);
  expect(err).toContain('is not to be believed: the A/A arms differ');
  expect(readdirSync(work)).not.toContain('store');
});

describe('a mistake is one sentence and exit code 2, and adds nothing', () => {
  const good = (): string => compared([1])[0];
  const mistakes: Readonly<Record<string, readonly [() => string, RegExp]>> = {
    'no comparison': [() => folder('empty', '').replace('empty', 'nowhere'), /nowhere holds no comparison/],
    'no JSON': [() => folder('broken', '{'), /broken.comparison\.json is not JSON/],
    'another schema': [
      () => folder('newer', '{"schema":"attnbench-comparison/9"}'),
      /newer.comparison\.json was written as attnbench-comparison\/9 .*: update attnbench to read it/,
    ],
    'uncommitted changes': [
      () => {
        const one = comparison(2, { base: 'a', head: 'b', ratio: 1 });
        return folder('dirty', { ...one, head: { ...one.head, dirty: true } });
      },
      /in no commit: commit them and compare again/,
    ],
  };
  test.each(Object.entries(mistakes))('add: %s', async (_, [bad, sentence]) => {
    const { code, err } = await history('add', good(), bad());
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
    expect(readdirSync(work)).not.toContain('store');
  });

  test.each<readonly [string, RegExp]>([
    ['show flsh', /the history knows no case or kernel 'flsh'; did you mean 'flash'\?/],
    ['check naive:n=4', /the history knows no case or kernel 'naive:n=4'; its kernels: flash/],
    ['accept flash 99999 --note why', /unknown commit '99999'/],
    ['accept flash 0 --note why', /'0' could be 0001c+ or 0002c+; write more of it/],
    [`accept flash ${commitName(1)}`, /required option '--note <why>' not specified/],
    ['frobnicate', /unknown history command 'frobnicate'; there are add, show, check, accept/],
    ['chck', /unknown history command 'chck'; did you mean 'check'\?/],
  ])('history %s', async (line, sentence) => {
    await history('add', ...compared([1, 1]));
    const { code, err } = await history(...line.split(' '));
    expect(err).toMatch(sentence);
    expect(code).toBe(2);
  });

  test('a store that is not there', async () => {
    expect(await history('check')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no history in'),
    });
    expect(await captured('history')).toMatchObject({
      code: 2,
      err: expect.stringContaining('name what to do'),
    });
  });
});
