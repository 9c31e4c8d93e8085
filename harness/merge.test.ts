import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NamedRun } from './merge.ts';
import { mergeRuns } from './merge.ts';
import type { CaseRecord, RunHeader } from './record.ts';
import { schemaName } from './record.ts';
import { shardOf } from './shard.ts';

const header: RunHeader = {
  schema: schemaName,
  kind: 'run',
  runId: 'one',
  suite: 'scaling',
  startedAt: '2026-01-02T00:00:00Z',
  plannedCases: ['a', 'b', 'c', 'd'],
  secondsPerCase: null,
  shard: { index: 1, of: 2 },
  tool: { version: '0.1.0', commit: 'abc' },
  host: {
    name: 'node',
    runtime: 'v20',
    webgpu: '0.6.2',
    os: 'Linux',
    cpu: 'A',
    cores: 2,
    memoryBytes: 1,
  },
  adapter: {
    name: 'swiftshader',
    vendor: 'google',
    architecture: '',
    device: 'cpu',
    description: 'SwiftShader',
    software: true,
    features: [],
    limits: {},
    subgroupMinSize: 4,
    subgroupMaxSize: 4,
  },
  flags: ['x'],
  clock: { source: 'timestamp-query', tickNs: 1, overheadNs: 0, quantised: false, monotonic: true },
  compiler: { loopVariablesReinitialised: false },
  kernelSources: { flash: 'f1', naive: 'n1' },
  peaks: null,
};
const record = (id: string, session = 1, message = 'm'): CaseRecord => ({
  kind: 'case',
  id,
  suite: 'scaling',
  kernel: 'flash',
  mechanism: 'sdpa',
  params: {
    batch: 1,
    heads: 1,
    kvHeads: 1,
    n: 1,
    m: 1,
    d: 1,
    dv: 1,
    precision: 'f32',
    causal: false,
  },
  session,
  status: 'failed',
  reason: { code: 'kernel', message },
});
const part = (name: string, ids: readonly string[], over: Partial<RunHeader> = {}): NamedRun => ({
  name,
  run: { header: { ...header, ...over }, cases: ids.map((id) => record(id)) },
});
const second: Partial<RunHeader> = { shard: { index: 2, of: 2 }, startedAt: '2026-01-01T00:00:00Z' };
const refusal = (...runs: readonly NamedRun[]): string => {
  const merged = mergeRuns(runs);
  return merged.kind === 'refused' ? merged.message : 'merged';
};

describe('mergeRuns', () => {
  test('puts shards together in the order planned, as one run without a shard', () => {
    const merged = mergeRuns([part('p1', ['c', 'a']), part('p2', ['b'], second)]);
    if (merged.kind === 'refused') throw new Error(merged.message);
    expect(merged.run.cases.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(merged.missing).toEqual(['d']);
    expect(merged.run.header.shard).toBeNull();
    expect(merged.run.header.startedAt).toBe('2026-01-01T00:00:00Z');
  });

  test('keeps the processes of different parts apart', () => {
    const merged = mergeRuns([part('p1', ['a']), part('p2', ['b'], second), part('p3', ['c'], second)]);
    if (merged.kind === 'refused') throw new Error(merged.message);
    expect(merged.run.cases.map(({ session }) => session)).toEqual([1, 2, 3]);
  });

  test('drops a record that stands twice the same, and refuses two measurements of one case', () => {
    const merged = mergeRuns([part('p1', ['a']), part('p1 again', ['a'])]);
    expect(merged).toMatchObject({ kind: 'merged', duplicates: 1 });
    const other: NamedRun = { name: 'p2', run: { header, cases: [record('a', 1, 'else')] } };
    expect(refusal(part('p1', ['a']), other)).toBe(
      'a was measured in p1 and again in p2; leave one of them out',
    );
  });

  test.each<readonly [Partial<RunHeader>, string]>([
    [{ suite: 'heads' }, 'p1 and p2 have different suites: scaling and heads; merge shards of one sweep'],
    [
      { adapter: { ...header.adapter, name: 'lavapipe', description: 'llvmpipe' } },
      'p1 and p2 have different adapters: SwiftShader (swiftshader) and llvmpipe (lavapipe); merge shards of one sweep',
    ],
    [
      { adapter: { ...header.adapter, device: 'gpu' } },
      'p1 and p2 have different adapters: google  cpu and google  gpu; merge shards of one sweep',
    ],
    [
      { host: { ...header.host, cpu: 'B' } },
      'p1 and p2 have different processors: 2 cores of A and 2 cores of B; merge shards of one sweep',
    ],
    [
      { host: { ...header.host, webgpu: '0.7' } },
      'p1 and p2 have different hosts: node with webgpu 0.6.2 and node with webgpu 0.7; merge shards of one sweep',
    ],
    [{ flags: ['y'] }, 'p1 and p2 have different adapter flags: x and y; merge shards of one sweep'],
    [
      { secondsPerCase: 3 },
      "p1 and p2 have different sampling times: the suites' own and 3 s a case; merge shards of one sweep",
    ],
    [{ shapes: 'default' }, 'p1 and p2 have different shapes: tuned and default; merge shards of one sweep'],
    [
      { clock: { ...header.clock, source: 'wall' } },
      'p1 and p2 have different clocks: timestamp-query and wall; merge shards of one sweep',
    ],
    [
      { tool: { version: '0.1.0', commit: 'def' } },
      'p1 and p2 have different versions of attnbench: 0.1.0 (abc) and 0.1.0 (def); merge shards of one sweep',
    ],
    [{ plannedCases: ['a', 'b', 'c'] }, 'p1 planned d and p2 did not; merge shards of one sweep'],
    [{ plannedCases: ['a', 'b', 'c', 'd', 'e'] }, 'p2 planned e and p1 did not; merge shards of one sweep'],
    [{ shard: { index: 2, of: 3 } }, 'p1 is one of 2 shards and p2 one of 3; merge shards of one sweep'],
    [
      { kernelSources: { flash: 'f2', naive: 'n1' } },
      "p1 and p2 measured different sources of kernel 'flash'; measure both with the same files",
    ],
  ])('refuses %o', (over, sentence) => {
    expect(refusal(part('p1', ['a']), part('p2', ['b'], over))).toBe(sentence);
  });

  test('hardware of the same name may sit in different machines, and sources may be unknown', () => {
    const adapter = { ...header.adapter, software: false };
    const runs = [
      part('p1', ['a'], { adapter, kernelSources: undefined }),
      part('p2', ['b'], { adapter, host: { ...header.host, cpu: 'B' } }),
    ];
    expect(refusal(...runs)).toBe('merged');
  });

  test('refuses a case that nobody planned, and nothing at all', () => {
    expect(refusal(part('p1', ['z']))).toBe('z in p1 is not one of the cases that the run planned');
    expect(refusal()).toBe('name at least one run to merge');
  });

  test('any number of shards, in any order, give back the whole', () => {
    const ids = Array.from({ length: 23 }, (_, at) => `case${at}`);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }).chain((of) =>
          fc.shuffledSubarray(
            Array.from({ length: of }, (_, at) => ({ index: at + 1, of })),
            { minLength: of },
          ),
        ),
        (shards) => {
          const parts = shards.map((shard) =>
            part(`p${shard.index}`, shardOf(ids, shard), { shard, plannedCases: ids }),
          );
          const merged = mergeRuns(parts);
          if (merged.kind === 'refused') throw new Error(merged.message);
          expect(merged.run.cases.map(({ id }) => id)).toEqual(ids);
          expect(merged.missing).toEqual([]);
        },
      ),
    );
  });
});
