import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Run } from '../harness/record.ts';
import { scalingRun } from '../reports/testing/records.ts';
import { captured } from './testing/captured-io.ts';
import { compareRuns, warning } from './compare-runs.ts';

const work = mkdtempSync(join(tmpdir(), 'attnbench-runs-'));
afterAll(() => rmSync(work, { recursive: true }));

function keep(name: string, { header, cases }: Run): string {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'records.jsonl'),
    [header, ...cases].map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  return folder;
}

const run = scalingRun([128, 256]);
/** The same run on another adapter, where every case takes twice as long. */
const slower: Run = {
  header: {
    ...run.header,
    runId: 'other',
    adapter: { ...run.header.adapter, description: 'another adapter' },
    kernelSources: { flash: 'b'.repeat(64) },
  },
  cases: run.cases.map((record) =>
    record.status === 'ok'
      ? { ...record, gpuNs: record.gpuNs.map((ns) => 2 * ns), wallNs: record.wallNs.map((ns) => 2 * ns) }
      : record,
  ),
};

it('shows the same cases beside each other, with ratios, what differs, and that it is no test', async () => {
  const folders = [keep('first', run), keep('second', slower)];
  const { code, out, err } = await captured('compare', ...folders);
  expect(code).toBe(0);
  expect(out).toContain('driver: an adapter that does not exist | another adapter');
  expect(out).toContain('2.00×');
  expect(out.match(/2\.00×/g)).toHaveLength(run.cases.filter(({ status }) => status === 'ok').length);
  expect(err).toContain(warning);
  const json = await captured('compare', ...folders, '--json');
  expect(JSON.parse(json.out)).toMatchObject({ kind: 'runs side by side', warning });
});

it('tells what differs and leaves out what does not', () => {
  const same = { ...run, header: { ...run.header, kernelSources: { flash: 'a'.repeat(64) } } };
  const { differences } = compareRuns([
    { folder: 'a', run: same },
    { folder: 'b', run: slower },
  ]);
  expect(differences.map(({ what }) => what)).toEqual(['driver', 'kernel flash']);
});

it('without a common case nothing is compared', async () => {
  const none = keep('none', {
    ...run,
    cases: run.cases.map((record) => ({ ...record, id: `other/${record.id}` })),
  });
  const { code, err } = await captured('compare', keep('again', run), none);
  expect(code).toBe(5);
  expect(err).toContain('no case was measured in two of these runs');
});

it('a folder without a run, and a call without a base, are told', async () => {
  const missing = await captured('compare', keep('third', run), 'nowhere');
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('nowhere holds no run')]);
  const bare = await captured('compare', 'quick');
  expect([bare.code, bare.err]).toEqual([2, expect.stringContaining('name what to compare with')]);
});
