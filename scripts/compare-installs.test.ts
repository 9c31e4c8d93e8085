/** Two installs compared by what their processes claim. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { comparisonSchema } from '../harness/gate/comparison.ts';
import type { Comparison } from '../harness/gate/comparison.ts';
import { comparisonFile, sessionsFile } from '../harness/hosts/comparison-folder.ts';
import { openInstall } from '../harness/hosts/installs.ts';
import { seededRandom } from '../harness/random.ts';
import type { CaseRecord } from '../harness/record.ts';
import { scalingRun } from '../reports/testing/records.ts';
import type { InstallRun, RunInstall } from './compare-installs.ts';
import { compareInstalls } from './compare-installs.ts';
import type { ExitCode } from './exit-codes.ts';
import { fakeDeps } from './testing/fake-pairs.ts';

const work = mkdtempSync(join(tmpdir(), 'attnbench-installs-'));
beforeAll(() => {
  mkdirSync(join(work, 'old', 'bin'), { recursive: true });
  writeFileSync(join(work, 'old', 'bin', 'attnbench.mjs'), '');
  writeFileSync(join(work, 'old', 'package.json'), '{"name":"attnbench","version":"0.0.9"}');
});
afterAll(() => rmSync(work, { recursive: true }));

const [template] = scalingRun([128]).cases.filter((record) => record.status === 'ok');

/** A record of a case whose calls take so long on the host. */
const record = (id: string, wallNs: number): CaseRecord => ({
  ...template,
  id,
  wallNs: [wallNs, wallNs, wallNs],
  encodeNs: [1000, 1000, 1000],
});

let runs = 0;
async function compared(run: RunInstall): Promise<{
  readonly code: ExitCode;
  readonly comparison: Comparison;
  readonly journal: readonly string[];
}> {
  const out = join(work, `out${runs++}`);
  const options = {
    commandLine: 'attnbench compare --install-base old',
    base: 'old',
    head: null,
    targets: ['copy:n=64'],
    kernels: null,
    axes: [],
    adapter: 'lavapipe',
    where: {},
    out,
    budgetSeconds: null,
    pairs: null,
    secondsPerCase: 1,
    caseTimeoutSeconds: 60,
    formats: [],
    allowMemory: false,
    strict: false,
    json: false,
    cwd: work,
  };
  const io = { out: () => undefined, err: () => undefined, interactive: false, columns: 100 };
  const code = await compareInstalls(options, io, fakeDeps(), run);
  const comparison = comparisonSchema.parse(JSON.parse(readFileSync(comparisonFile(out), 'utf8')));
  return { code, comparison, journal: readFileSync(sessionsFile(out), 'utf8').trimEnd().split('\n') };
}

/** The host of head takes `ratio` times as long, give or take a per cent from process to process. */
function processes(ratio: number): RunInstall {
  const random = seededRandom(`installs ${ratio}`);
  return async ({ side }, ids): Promise<InstallRun> => ({
    kind: 'records',
    records: ids.map((id) =>
      record(id, 1e6 * (side.label.startsWith('old') ? 1 : ratio) * Math.exp(0.01 * random.normal())),
    ),
  });
}

it('a slower host is a regression, by pairs of processes in either order', async () => {
  const { code, comparison, journal } = await compared(processes(1.2));
  expect(code).toBe(1);
  const [one] = comparison.cases;
  expect(one.verdict).toBe('REGRESSED');
  expect(comparison.base).toMatchObject({ label: 'old (0.0.9)', kind: 'installed' });
  const orders = journal.slice(1).map((line) => /"order":"(\w+)/.exec(line)?.[1]);
  expect(orders.filter((order) => order === 'base')).toHaveLength(orders.length / 2);
});

it('the same host is the same', async () => {
  const { code, comparison } = await compared(processes(1));
  expect([code, comparison.cases[0].verdict]).toEqual([0, 'SAME']);
});

it('an install that computes wrong numbers is told by its side', async () => {
  const wrong: RunInstall = async ({ side }, [id]) => {
    const { kind, suite, kernel, mechanism, params, session, variant, check, bytes, cost, source } = template;
    const known = {
      kind,
      id,
      suite,
      kernel,
      mechanism,
      params,
      session,
      variant,
      check,
      bytes,
      cost,
      source,
    };
    const outcome = { status: 'wrong', reason: { code: 'wrong', message: 'y is off' } } as const;
    return {
      kind: 'records',
      records: [side.label.startsWith('old') ? record(id, 1e6) : { ...known, ...outcome }],
    };
  };
  const { code, comparison } = await compared(wrong);
  expect([code, comparison.cases[0]]).toEqual([
    3,
    expect.objectContaining({ verdict: 'WRONG', side: 'head' }),
  ]);
});

it('an install that does not start is given up after three tries', async () => {
  let tries = 0;
  const { code, comparison } = await compared(async ({ side }) => {
    if (!side.label.startsWith('old')) return { kind: 'records', records: [record('', 1)] };
    tries++;
    return { kind: 'lost', message: 'it ended with exit code 2' };
  });
  expect([code, comparison.cases[0].verdict, tries]).toEqual([6, 'UNKNOWN', 3]);
});

it('a folder without an install is told', () => {
  expect(() => openInstall('nowhere', work)).toThrow(
    'nowhere is no installed attnbench: there is no bin/attnbench.mjs in it; name a checkout in which npm ci was run, a packed .tgz, or npm:attnbench@1.2.3',
  );
});
