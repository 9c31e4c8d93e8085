/** `attnbench report` over runs of several devices, from folders on disk. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { fewCases, runOn } from '../reports/testing/devices.ts';
import { journalText } from '../reports/testing/records.ts';
import { captured } from './testing/captured-io.ts';

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'attnbench-devices-'));
  const cases = fewCases(['naive', 'flash'], [128, 512, 2048]);
  for (const [name, factor] of [
    ['Arc A770', 1],
    ['Arc A380', 3],
    ['lavapipe', 40],
  ] as const) {
    const folder = join(work, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'records.jsonl'), journalText(runOn({ name }, factor, cases)));
  }
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const folders = (): readonly string[] => ['Arc A770', 'Arc A380', 'lavapipe'].map((name) => join(work, name));
const report = (...words: readonly string[]) =>
  captured('report', ...folders(), '--out', join(work, 'out'), ...words);

const dataSchema = z.object({
  devices: z.object({
    devices: z.array(z.object({ label: z.string() })),
    reference: z.number(),
    relative: z.array(z.object({ ratio: z.number(), low: z.number(), high: z.number(), cases: z.number() })),
    ratios: z.array(z.object({ id: z.string(), device: z.number(), ratio: z.number() })),
    comparability: z.array(z.unknown()),
  }),
});

test.each([
  ['2', 1],
  ['LAVAPIPE', 2],
  ['a380', 1],
])('--relative-to %s is a device', async (word, reference) => {
  expect((await report('--format', 'json', '--relative-to', word)).code).toBe(0);
  const { devices } = dataSchema.parse(JSON.parse(readFileSync(join(work, 'out', 'results.json'), 'utf8')));
  expect(devices.reference).toBe(reference);
  const factors = [1, 3, 40];
  devices.relative.forEach(({ ratio, low, high, cases }, device) => {
    expect(ratio).toBeCloseTo(factors[device] / factors[reference], 9);
    expect(cases).toBe(6);
    expect(low).toBeLessThan(ratio);
    expect(high).toBeGreaterThan(ratio);
  });
  expect(devices.ratios).toHaveLength(12);
  expect(devices.comparability).toEqual([]);
});

test.each([
  ['4', "unknown device '4'; there are Arc A770, Arc A380, lavapipe"],
  ['lavapip3', "unknown device 'lavapip3'; did you mean 'lavapipe'?"],
  ['arc', "--relative-to arc could be 'Arc A770' or 'Arc A380': say which"],
  ['', '--relative-to takes the name or number of a device'],
])('--relative-to %j is refused with what to do', async (word, message) => {
  const { code, err } = await report('--relative-to', word);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('one device alone has nothing to be held against', async () => {
  const [folder] = folders();
  const { code, err } = await captured('report', folder, '--relative-to', '1');
  expect(code).toBe(2);
  expect(err).toContain('these are all of one: leave it out');
});

test('the summary for a pull request has the devices first', async () => {
  await report('--format', 'summary,csv');
  const summary = readFileSync(join(work, 'out', 'summary.md'), 'utf8');
  expect(summary).toMatch(/\| <code>lavapipe<\/code> \| <code>40\.0× .*\n/);
  const tables = readdirSync(join(work, 'out', 'tables')).map((name) => relative('.', name));
  expect(tables).toEqual(
    expect.arrayContaining(['devices.csv', 'relative.csv', 'ratios.csv', 'results.csv']),
  );
});
