/** A comparison from its packs to its exit code, on sessions that claim what they measure. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../harness/errors.ts';
import { comparisonSchema } from '../harness/gate/comparison.ts';
import type { Comparison } from '../harness/gate/comparison.ts';
import { defaultDesign } from '../harness/gate/design.ts';
import { comparisonFile, sessionsFile } from '../harness/hosts/comparison-folder.ts';
import type { PairOutcome } from '../harness/pair-case.ts';
import type { CompareOptions } from './compare.ts';
import { compare } from './compare.ts';
import { exitCodes, exitCodeOf } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { FakeDeps, FakeDevice, ScratchPacks } from './testing/fake-pairs.ts';
import { fakeDeps, program, rightCheck, scratchPacks } from './testing/fake-pairs.ts';

let same: ScratchPacks;
/** Both kernels differ. */
let packs: ScratchPacks;
beforeAll(() => {
  same = scratchPacks();
  packs = scratchPacks();
  for (const id of ['copy', 'naive']) {
    const path = `kernels/${id}/kernel.ts`;
    packs.write('head', path, `${readFileSync(join(packs.head, path), 'utf8')}// changed\n`);
  }
});
afterAll(() => {
  same.remove();
  packs.remove();
});

interface Ended {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  readonly comparison: Comparison | null;
  readonly journal: readonly unknown[];
  readonly deps: FakeDeps;
}

const optionsOf = (from: ScratchPacks, changes: Partial<CompareOptions> = {}): CompareOptions => ({
  commandLine: 'attnbench compare',
  base: from.base,
  head: from.head,
  targets: ['copy:n=64', 'naive:n=64'],
  kernels: null,
  axes: [],
  adapter: 'auto',
  where: {},
  out: join(from.folder, 'out'),
  formats: [],
  budgetSeconds: null,
  pairs: null,
  secondsPerCase: 2,
  caseTimeoutSeconds: 300,
  allowMemory: false,
  strict: false,
  json: false,
  cwd: from.folder,
  ...changes,
});

async function compared(
  device: FakeDevice,
  changes: Partial<CompareOptions> = {},
  from: ScratchPacks = packs,
): Promise<Ended> {
  const folder = join(from.folder, 'out');
  rmSync(folder, { recursive: true, force: true });
  const deps = fakeDeps(device);
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    interactive: false,
    columns: 100,
  };
  const options = optionsOf(from, changes);
  let code: ExitCode;
  try {
    code = await compare(options, io, deps);
  } catch (error) {
    code = exitCodeOf(error);
    err += error instanceof Error ? error.message : String(error);
  }
  const file = comparisonFile(folder);
  const journal = existsSync(sessionsFile(folder))
    ? readFileSync(sessionsFile(folder), 'utf8').trimEnd().split('\n')
    : [];
  return {
    code,
    out,
    err,
    comparison: existsSync(file) ? comparisonSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null,
    journal: journal.map((line): unknown => JSON.parse(line)),
    deps,
  };
}

const verdicts = ({ comparison }: Ended): Readonly<Record<string, string>> =>
  Object.fromEntries((comparison?.cases ?? []).map(({ kernel, verdict }) => [kernel, verdict]));

const wrongHead: PairOutcome = { kind: 'wrong', side: 'head', message: 'y is off' };

describe('exit codes', () => {
  it('0: nothing is slower', async () => {
    const ended = await compared({});
    expect(verdicts(ended)).toEqual({ copy: 'SAME', naive: 'SAME' });
    expect(ended.code).toBe(exitCodes.ok);
  });

  it('1: a slower kernel, seen in one set of processes and again in another', async () => {
    const ended = await compared({ ratio: (kernel) => (kernel === 'copy' ? 1.08 : 1) });
    expect(verdicts(ended)).toEqual({ copy: 'REGRESSED', naive: 'SAME' });
    expect(ended.code).toBe(exitCodes.regression);
    const [worst] = ended.comparison?.cases ?? [];
    const { alpha, margin, looks, flagAlpha, confirmLooks } = defaultDesign;
    expect(ended.comparison?.design).toMatchObject({ alpha, margin, looks, flagAlpha, confirmLooks });
    expect(worst).toMatchObject({ verdict: 'REGRESSED', reasons: [{ code: 'confirmed' }] });
    const stages = ended.journal.slice(1).map((line) => JSON.stringify(line).match(/"stage":"(\w+)"/)?.[1]);
    expect(stages).toEqual([
      ...Array.from({ length: 12 }, () => 'screen'),
      ...Array.from({ length: 6 }, () => 'confirm'),
    ]);
  });

  it('1: more memory, unless that is allowed', async () => {
    const device: FakeDevice = { plans: () => ({ base: program('a', 1000), head: program('b', 2000) }) };
    const ended = await compared(device);
    expect(ended.code).toBe(exitCodes.regression);
    expect(ended.out).toContain('memory 1000 B → 1.95 KiB (+100 %)');
    const allowed = await compared(device, { allowMemory: true });
    expect([allowed.code, allowed.comparison?.allowMemory]).toEqual([exitCodes.ok, true]);
  });

  it('2: a base that nobody knows, before anything is opened or written', async () => {
    const ended = await compared({}, { base: 'nowhere' });
    expect(ended.code).toBe(exitCodes.usage);
    expect(ended.err).toBe(
      `'nowhere' is no folder, and ${packs.folder} lies in no git repository that could know it as a revision`,
    );
    expect([ended.deps.opened(), ended.comparison]).toEqual([0, null]);
  });

  it('2: a kernel that neither side has', async () => {
    const ended = await compared({}, { targets: ['quick'], kernels: ['nayve'] });
    expect(ended.code).toBe(exitCodes.usage);
    expect(ended.err).toBe("unknown kernel 'nayve'; did you mean 'naive'?");
  });

  it('3: a wrong head, even when it is faster', async () => {
    const ended = await compared({
      ratio: () => 0.5,
      outcome: ({ head }, process) => (head?.kernel === 'copy' && process > 3 ? wrongHead : null),
    });
    expect(verdicts(ended)).toEqual({ copy: 'WRONG', naive: 'IMPROVED' });
    expect(ended.code).toBe(exitCodes.wrongNumbers);
  });

  it('3: a new kernel that is wrong', async () => {
    const ended = await compared({ outcome: () => wrongHead }, { base: packs.head, head: packs.base });
    expect(ended.code).toBe(exitCodes.wrongNumbers);
  });

  it('4: no adapter', async () => {
    const ended = await compared({ opens: () => false });
    expect(ended.code).toBe(exitCodes.environment);
    expect(ended.err).toContain("adapter 'fake' cannot be used");
    expect(existsSync(join(packs.folder, 'out'))).toBe(false);
  });

  it('4: head differs from its own copy, so that no verdict counts', async () => {
    const ended = await compared({ ratio: () => 1.2, controlRatio: 1.1 });
    expect(ended.code).toBe(exitCodes.environment);
    expect(verdicts(ended)).toEqual({ copy: 'UNKNOWN', naive: 'UNKNOWN' });
  });

  it('4: a timer too coarse for the case', async () => {
    const ended = await compared({ tickShare: 0.1 });
    expect(ended.code).toBe(exitCodes.environment);
  });

  it('4: undecided, when nothing may pass undecided', async () => {
    const device: FakeDevice = { ratio: () => 1.02 };
    const options = { budgetSeconds: 40 };
    const ended = await compared(device, options);
    expect(verdicts(ended)).toEqual({ copy: 'UNKNOWN', naive: 'UNKNOWN' });
    expect(ended.code).toBe(exitCodes.ok);
    expect((await compared(device, { ...options, strict: true })).code).toBe(exitCodes.environment);
  });

  it('5: nothing could be measured', async () => {
    const refused = { kind: 'refused', code: 'feature', message: 'no f16' } as const;
    const ended = await compared({ plans: () => ({ base: refused, head: refused }) });
    expect(verdicts(ended)).toEqual({ copy: 'SKIPPED', naive: 'SKIPPED' });
    expect(ended.code).toBe(exitCodes.nothingMeasured);
  });

  it('6: process after process dies', async () => {
    const ended = await compared({ outcome: ({ head }) => (head?.kernel === 'copy' ? 'crash' : null) });
    expect(ended.code).toBe(exitCodes.lost);
    expect(verdicts(ended)).toEqual({ copy: 'UNKNOWN', naive: 'SAME' });
    const crashed = ended.deps.asked.filter(({ head }) => head?.kernel === 'copy');
    expect(crashed).toHaveLength(3);
  });
});

it('a process that dies costs its own samples: the case is measured by a fresh one', async () => {
  const ended = await compared({
    outcome: ({ head }, process) => (head?.kernel === 'copy' && process === 3 ? 'crash' : null),
  });
  expect(ended.code).toBe(exitCodes.ok);
  expect(verdicts(ended)).toEqual({ copy: 'SAME', naive: 'SAME' });
  expect(ended.err).toContain('ended its process (its process ended with signal SIGSEGV)');
  expect(JSON.stringify(ended.journal)).toContain('"kind":"lost"');
});

it('an adapter that goes away leaves what was decided, and is told', async () => {
  const ended = await compared({
    ratio: (kernel) => (kernel === 'copy' ? 1.08 : 1),
    opens: (process) => process <= 10,
  });
  expect(ended.code).toBe(exitCodes.lost);
  expect(verdicts(ended)).toEqual({ copy: 'UNKNOWN', naive: 'SAME' });
  expect(ended.comparison?.cases[0].reasons[0].code).toBe('sessions lost');
});

describe('what is not timed', () => {
  it('the same files need no device, and are said to be the same', async () => {
    const ended = await compared({ opens: () => false }, {}, same);
    expect(ended.code).toBe(exitCodes.ok);
    expect(ended.err).toContain('2 cases: nothing to time');
    expect(ended.comparison?.adapter).toBeNull();
    expect(ended.comparison?.cases.map((one) => [one.verdict, one.reasons[0].code])).toEqual([
      ['SAME', 'identical'],
      ['SAME', 'identical'],
    ]);
    expect(ended.journal).toEqual([]);
  });

  it('the same program from other files is not timed either', async () => {
    const ended = await compared({ plans: () => ({ base: program('a'), head: program('a') }) });
    expect([ended.code, ended.deps.asked.length]).toEqual([exitCodes.ok, 0]);
    expect(ended.out).toContain('2 cases of the same code');
  });

  it('a kernel that only head has is checked once; one that only base has is named', async () => {
    rmSync(join(same.base, 'kernels', 'naive'), { recursive: true });
    rmSync(join(same.head, 'kernels', 'copy'), { recursive: true });
    const ended = await compared({}, {}, same);
    expect(verdicts(ended)).toEqual({ naive: 'NEW', copy: 'REMOVED' });
    expect(ended.deps.asked.map(({ head, check }) => [head?.kernel, check])).toEqual([['naive', 'full']]);
    expect(ended.out).toContain('1 case new and right, 1 case removed (new: naive; removed: copy)');
    expect(ended.code).toBe(exitCodes.ok);
  });
});

describe('a side that does not run', () => {
  const failed = { kind: 'failed', message: 'plan is not made for this harness' } as const;

  it('base: head is checked all the same, and nothing is compared', async () => {
    const ended = await compared({
      plans: ({ head }) => ({ base: head?.kernel === 'copy' ? failed : program('a'), head: program('b') }),
    });
    expect(ended.comparison?.cases[0]).toMatchObject({
      verdict: 'FAILED',
      side: 'base',
      problem: { message: failed.message },
    });
    expect(ended.code).toBe(exitCodes.ok);
    expect(ended.deps.asked[0]).toMatchObject({ base: null, check: 'full' });
  });

  it('base is wrong: told, and no mistake of head', async () => {
    const ended = await compared({ outcome: () => ({ kind: 'wrong', side: 'base', message: 'y is off' }) });
    expect(verdicts(ended)).toEqual({ copy: 'WRONG', naive: 'WRONG' });
    expect(ended.code).toBe(exitCodes.ok);
    expect(
      (
        await compared(
          { outcome: () => ({ kind: 'wrong', side: 'base', message: 'y is off' }) },
          { strict: true },
        )
      ).code,
    ).toBe(exitCodes.environment);
  });

  it('head', async () => {
    const ended = await compared({ plans: () => ({ base: program('a'), head: failed }) });
    expect(verdicts(ended)).toEqual({ copy: 'FAILED', naive: 'FAILED' });
    expect(ended.code).toBe(exitCodes.wrongNumbers);
  });

  it('head refuses what base runs', async () => {
    const refused = { kind: 'refused', code: 'limit', message: 'q is too large' } as const;
    const ended = await compared({ plans: () => ({ base: program('a'), head: refused }) });
    expect(ended.comparison?.cases[0]).toMatchObject({
      verdict: 'FAILED',
      side: 'head',
      problem: { message: 'base runs this case and head refuses: q is too large' },
    });
  });
});

it('every pair measured is in sessions.jsonl, in order, and the first process checks in full', async () => {
  const ended = await compared({}, { targets: ['copy:n=64'] });
  expect(ended.journal[0]).toMatchObject({ kind: 'comparison started', adapter: { name: 'fake' } });
  const lines = ended.journal.slice(1);
  expect(lines).toHaveLength(6);
  expect(lines[0]).toMatchObject({
    kind: 'session',
    session: 2,
    stage: 'screen',
    case: 'adhoc/copy:n=64,heads=8,d=64,precision=f32',
    outcome: { kind: 'timed', checks: { head: rightCheck } },
  });
  expect(ended.deps.asked.map(({ check }) => check)).toEqual([
    'full',
    ...Array.from({ length: 5 }, () => 'some rows'),
  ]);
});

describe('the machine is looked at before anything is timed', () => {
  const noise = {
    measured: {
      processes: 4,
      seconds: 5.2,
      sampleNs: 2e6,
      drift: 0.01,
      autocorrelation: 0.1,
      pairSpread: 0.1,
      sessionSpread: 0.05,
      detectable: 0.045,
      of: { sessions: 10, pairs: 50 },
      tickShare: 1e-5,
    },
    unmet: ['load', 'steal', 'drift'].map((what) => ({ what, how: `less ${what}` })),
  };

  it('what is unmet and what to do is told in a few lines, and kept; nothing is refused', async () => {
    const ended = await compared({ noise });
    expect(ended.err).toContain(`
looked at this machine for 5.2 s: 10 processes show a slowdown from 4.5 % on
  unmet: load: less load
  unmet: steal: less steal
  and 1 more, kept in comparison.json and told by attnbench doctor
process 1: screening 2 cases`);
    expect(ended.comparison?.noise).toEqual(noise);
    expect(ended.code).toBe(exitCodes.ok);
  });

  it('not where nothing is timed, and not on a budget that it would eat up', async () => {
    const untimed = await compared({
      noise,
      plans: () => ({ base: program('a'), head: program('a') }),
    });
    const short = await compared({ noise }, { budgetSeconds: 29 });
    for (const ended of [untimed, short]) {
      expect(ended.err).not.toContain('looked at');
      expect(ended.comparison).not.toHaveProperty('noise');
    }
  });
});

it('the budget ends it: nothing is started after it, and what is open says so', async () => {
  const ended = await compared({ secondsPerPairing: 10 }, { budgetSeconds: 45, targets: ['copy:n=64'] });
  expect(ended.deps.asked).toHaveLength(5);
  expect(ended.comparison?.cases[0]).toMatchObject({ verdict: 'UNKNOWN' });
  expect(ended.comparison?.cases[0].reasons.map(({ code }) => code)).toContain('budget');
});

it('a folder that holds a comparison is not written over', async () => {
  const { comparison } = await compared({}, {});
  expect(comparison).not.toBeNull();
  const again = compare(
    optionsOf(packs, { targets: ['copy:n=64'] }),
    { out: () => undefined, err: () => undefined, interactive: false, columns: 100 },
    fakeDeps(),
  );
  await expect(again).rejects.toThrow(UsageError);
});
