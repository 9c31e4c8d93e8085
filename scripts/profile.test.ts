/** Profiles of stored runs: no GPU. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Run } from '../harness/record.ts';
import { journalText, scalingRun } from '../reports/testing/records.ts';
import { profiledRun } from '../reports/testing/profiles.ts';
import { captured } from './testing/captured-io.ts';

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'attnbench-profile-'));
});
afterAll(() => rmSync(work, { recursive: true }));

function stored(name: string, run: Run): string {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'records.jsonl'), journalText(run));
  return folder;
}

test('a stored run is drawn into its folder, all of it or the cases asked for', async () => {
  const folder = stored('all', profiledRun());
  const all = await captured('profile', folder, '--format', 'csv,trace');
  expect(all.code).toBe(0);
  expect(all.out).toContain('scaling/naive:n=256,heads=8,d=64,precision=f32 (tiled) on synthetic');
  expect(all.out).toContain('scaling/flash:n=512,heads=8,d=64,precision=f32 (tiled) on synthetic');
  expect(readdirSync(join(folder, 'profile')).sort()).toEqual(['.report-files.json', 'tables', 'trace.json']);

  const one = await captured(
    'profile',
    '--from',
    folder,
    'flash:n=512',
    '--format',
    'csv',
    '--out',
    join(work, 'x'),
  );
  expect(one.code).toBe(0);
  expect(one.out).toContain('scaling/flash:n=512');
  expect(one.out).not.toContain('n=256');
  expect(one.out).not.toContain('naive');
  expect(existsSync(join(work, 'x', 'profile', 'tables', 'passes.csv'))).toBe(true);
});

test('--json prints the profile and its files, and nothing else', async () => {
  const folder = stored('json', profiledRun());
  const { code, out } = await captured('profile', folder, 'scaling/flash:n=512', '--json', '--format', 'md');
  expect(code).toBe(0);
  const schema = z.object({
    cases: z.array(z.object({ id: z.string(), passes: z.array(z.object({ name: z.string() })) })),
    files: z.array(z.string()),
  });
  const { cases, files } = schema.parse(JSON.parse(out));
  expect(cases.map(({ passes }) => passes.map(({ name }) => name))).toEqual([['attention']]);
  expect(files).toContain(join(folder, 'profile', 'tables', 'passes.md'));
});

test('what cannot be drawn is told in one sentence', async () => {
  const old = await captured('profile', stored('old', scalingRun([256])));
  expect(old).toMatchObject({
    code: 2,
    out: '',
    err: 'attnbench: scaling/copy:n=256,heads=8,d=64,precision=f32 was measured before records kept their passes; measure it again\n',
  });

  const run = profiledRun();
  const untimed = run.cases.map((record) => ({ ...record, gpuNs: [], passNs: {} }));
  const wall = await captured('profile', stored('wall', { ...run, cases: untimed }));
  expect(wall).toMatchObject({
    code: 4,
    out: '',
    err: 'attnbench: scaling/naive:n=256,heads=8,d=64,precision=f32 was timed by the wall clock alone: this adapter has no timestamps, and its passes cannot be told apart\n',
  });

  const folder = stored('unknown', run);
  expect((await captured('profile', folder, 'flash:n=128')).err).toBe(
    `attnbench: ${folder} has no case 'flash:n=128'; of its 4 cases the first is scaling/naive:n=256,heads=8,d=64,precision=f32\n`,
  );
  expect((await captured('profile', folder, 'flash:n=256,heads=8,d=64,precision=f16')).err).toBe(
    `attnbench: ${folder} has no case 'flash:n=256,heads=8,d=64,precision=f16'; did you mean 'flash:n=256,heads=8,d=64,precision=f32'?\n`,
  );
  const two = await captured('profile', folder, '--from', folder);
  expect(two).toMatchObject({
    code: 2,
    err: `attnbench: profile draws one run at a time, not ${folder} and ${folder}\n`,
  });
});

test('a run without a single time says so and measures nothing', async () => {
  const [first] = scalingRun([256]).cases;
  const { kind, id, suite, kernel, mechanism, params, session } = first;
  const lost = {
    kind,
    id,
    suite,
    kernel,
    mechanism,
    params,
    session,
    status: 'lost' as const,
    reason: { code: 'device-lost', message: 'gone' },
  };
  const folder = stored('lost', { ...profiledRun(), cases: [lost] });
  const { code, out } = await captured('profile', folder);
  expect(code).toBe(5);
  expect(existsSync(join(folder, 'profile'))).toBe(false);
  expect(out).toContain(`note: ${id} has no time: lost, gone`);
});
