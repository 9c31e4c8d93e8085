/** Runs as users start them: killed and resumed, sharded and merged. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choiceFromEnv } from '../harness/hosts/choice.ts';
import { openNodeSession } from '../harness/hosts/node-session.ts';
import { keepPeaks, peaksKey } from '../harness/hosts/peaks-cache.ts';
import { readRun } from '../harness/hosts/run-folder.ts';
import { seededRandom } from '../harness/random.ts';
import type { Peaks } from '../harness/record.ts';

const launcher = fileURLToPath(new URL('../bin/attnbench.mjs', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'attnbench-'));
afterAll(() => rmSync(root, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly killed: boolean;
  readonly stderr: string;
}

/** When to end a run with SIGKILL, as a power cut would: after this many finished cases, and then some. */
interface Kill {
  readonly afterCases: number;
  readonly ms: number;
}

/** Runs the command line. */
function attnbench(
  words: readonly string[],
  kill: Kill | null = null,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    });
    let stderr = '';
    let timer: NodeJS.Timeout | undefined;
    const finishedCases = (): number => stderr.match(/^\[/gm)?.length ?? 0;
    const killWhenDue = (): void => {
      if (kill === null || timer !== undefined || finishedCases() < kill.afterCases) return;
      timer = setTimeout(() => child.kill('SIGKILL'), kill.ms);
    };
    killWhenDue();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      killWhenDue();
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, killed: signal === 'SIGKILL', stderr });
    });
  });
}

const settings = ['--no-report', '--no-peaks', '--seconds-per-case', '0.05'];
const sweep = ['run', 'copy:heads=1,d=16', '-a', 'n=1:24:+1', ...settings];
const idsOf = (folder: string): string[] => readRun(folder).run.cases.map(({ id }) => id);

let undisturbed: string[];
beforeAll(async () => {
  const folder = join(root, 'undisturbed');
  const { code, stderr } = await attnbench([...sweep, '--out', folder]);
  expect(code, stderr).toBe(0);
  undisturbed = idsOf(folder);
  expect(undisturbed).toHaveLength(24);
});

describe('a run that is killed', () => {
  const random = seededRandom('kill');
  it.each([1, 2])(
    'is finished by --resume after five kills, with each case exactly once (%i)',
    async (attempt) => {
      const folder = join(root, `killed-${attempt}`);
      let kills = 0;
      let words: readonly string[] = [...sweep, '--out', folder];
      for (;;) {
        // No kill comes after the last of the 24 cases: 5 lives of 4 at most.
        const kill = { afterCases: random.integer(4), ms: random.integer(30) };
        const ended = await attnbench(words, kills < 5 ? kill : null);
        if (ended.killed) kills++;
        else expect(ended.code, ended.stderr).toBe(0);
        if (!ended.killed) break;
        // Killed before its header was whole, a run is simply started again.
        try {
          readRun(folder);
          words = ['run', '--resume', folder, '--no-report'];
        } catch {
          words = [...sweep, '--out', folder];
        }
      }
      expect(kills).toBe(5);
      expect(idsOf(folder)).toEqual(undisturbed);
    },
  );
});

describe('a run that cannot go on', () => {
  it('ends with 4 and leaves no folder behind where the adapter is missing', async () => {
    const folder = join(root, 'no-adapter');
    const nowhere = join(root, 'no-such-driver.json');
    const { code, stderr } = await attnbench([...sweep, '--adapter', 'lavapipe', '--out', folder], null, {
      VK_DRIVER_FILES: nowhere,
      VK_ICD_FILENAMES: nowhere,
    });
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/^attnbench: lavapipe .*\n$/);
    expect(existsSync(folder)).toBe(false);
  });

  it('ends with 5 when its budget is spent before the first case, and is finished later', async () => {
    const folder = join(root, 'no-budget');
    const spent = await attnbench([...sweep, '--budget', '0.000001', '--out', folder]);
    expect(spent.code, spent.stderr).toBe(5);
    expect(spent.stderr).toContain(`--resume ${folder}`);
    expect(idsOf(folder)).toEqual([]);
    const resumed = await attnbench(['run', '--resume', folder, '--no-report']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(idsOf(folder)).toEqual(undisturbed);
  });
});

describe('a run and the peaks of its adapter', () => {
  it('takes kept ones into its header, and what beats them is invalid; --resume keeps them', async () => {
    const choice = choiceFromEnv();
    const session = await openNodeSession({ choice, number: 0, caseTimeoutSeconds: 60 });
    await session.close();
    const cache = join(root, 'cache');
    // A byte a second: whatever copies beats it.
    const peaks: Peaks = {
      flopsPerSecond: 1,
      bytesPerSecond: 1,
      ceilings: [{ name: 'readCold', unit: 'byte', perSecond: 1, by: 'made up' }],
      overheads: { submitNs: 1, passNs: 1, dispatchNs: 1 },
      measuredAt: '2026-01-02T03:04:05.000Z',
    };
    const key = peaksKey({ ...session.facts, flags: [...session.facts.flags] });
    expect(keepPeaks(key, peaks, cache)).toBeNull();
    const folder = join(root, 'with-peaks');
    const targets = ['copy:heads=1,d=16', '-a', 'n=7,8', '--adapter', choice.name];
    const words = ['run', ...targets, '--no-report', '--seconds-per-case', '0.05'];
    const env = { ATTNBENCH_CACHE: cache };
    const first = await attnbench([...words, '--out', folder, '--budget', '0.000001'], null, env);
    expect(first.code, first.stderr).toBe(5);
    expect(first.stderr).not.toContain('measuring what');
    const { code, stderr } = await attnbench(['run', '--resume', folder, '--no-report']);
    expect(code, stderr).toBe(3);
    const { run } = readRun(folder);
    expect(run.header.peaks).toEqual(peaks);
    expect(run.cases).toHaveLength(2);
    for (const record of run.cases) {
      expect(record).toMatchObject({ status: 'invalid', reason: { code: 'roofline' } });
    }
  });

  it('are left out with --no-peaks', () => {
    expect(readRun(join(root, 'undisturbed')).run.header.peaks).toBeNull();
  });
});

describe('a run in shards', () => {
  it('merges into the unsharded set', async () => {
    const shards = [1, 2, 3, 4].map((index) => join(root, `shard-${index}`));
    for (const [index, folder] of shards.entries()) {
      const { code, stderr } = await attnbench([...sweep, '--shard', `${index + 1}/4`, '--out', folder]);
      expect(code, stderr).toBe(0);
    }
    const merged = join(root, 'merged');
    const { code, stderr } = await attnbench(['merge', ...shards, '--out', merged]);
    expect(code, stderr).toBe(0);
    expect(shards.map((folder) => idsOf(folder).length)).toEqual([6, 6, 6, 6]);
    expect(idsOf(merged).sort()).toEqual([...undisturbed].sort());
    expect(readRun(merged).run.header.shard).toBeNull();
  });
});
