/** Comparisons as users start them, on the adapter at hand: a real slowdown, real copies, real mistakes. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparisonSchema } from '../harness/gate/comparison.ts';
import type { Comparison } from '../harness/gate/comparison.ts';
import { comparisonFile } from '../harness/hosts/comparison-folder.ts';

const project = fileURLToPath(new URL('../', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'attnbench-compare-'));
const repository = join(work, 'repository');
const scores = 'kernels/naive/scores.wgsl';
const shipped = readFileSync(join(project, scores), 'utf8');
const loop = 'for (var e = 0u; e < u.d_quads; e++) {';
const sum = 's += transpose(tile_keys) * queries';
let runs = 0;

const git = (...words: readonly string[]): void => {
  execFileSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@t', ...words]);
};

const write = (path: string, text: string): void => {
  mkdirSync(join(repository, path, '..'), { recursive: true });
  writeFileSync(join(repository, path), text);
};

function commit(message: string, tag: string): void {
  git('add', '-A');
  git('commit', '-qm', message);
  git('tag', tag);
}

/** Each pass over the loop's keys is made so many times, and counts once. */
const longer = (times: number): string =>
  shipped
    .replace(
      loop,
      `for (var step = 0u; step < u.d_quads * ${times}u; step++) {\n    let e = step % u.d_quads;`,
    )
    .replace(sum, `${sum} * select(0.0, 1.0, step < u.d_quads)`);

/** The last quad of every row is left out: less work, wrong numbers. */
const shorter = shipped.replace(loop, loop.replace('u.d_quads', 'u.d_quads - 1u'));

beforeAll(() => {
  for (const piece of [loop, sum]) expect(shipped).toContain(piece);
  mkdirSync(repository);
  git('init', '-q', '-b', 'main');
  for (const name of ['contract.ts', 'lib', 'copy']) {
    cpSync(join(project, 'kernels', name), join(repository, 'kernels', name), { recursive: true });
  }
  write('package.json', '{"type":"module"}\n');
  commit('copy alone', 'before');
  cpSync(join(project, 'kernels/naive'), join(repository, 'kernels/naive'), { recursive: true });
  commit('naive', 'base');
  write('README.md', 'more words\n');
  commit('docs only', 'docs');
  write(scores, `${shipped}// a word that changes nothing\n`);
  commit('a comment', 'comment');
  write(scores, longer(3));
  commit('slower', 'slow');
  write(scores, shorter);
  commit('wrong', 'wrong');
});
afterAll(() => rmSync(work, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly comparison: Comparison;
}

const naive = 'naive:n=128,heads=2,d=128';

function compare(base: string, head: string, ...words: readonly string[]): Promise<Ended> {
  const out = join(work, `out${runs++}`);
  const launcher = join(project, 'bin/attnbench.mjs');
  const command = ['compare', '--base', base, '--head', head, '--out', out, ...words];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...command], { cwd: repository });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      try {
        const comparison = comparisonSchema.parse(JSON.parse(readFileSync(comparisonFile(out), 'utf8')));
        resolve({ code, stdout, stderr, comparison });
      } catch (error) {
        reject(new Error(`exit code ${code}: ${stderr}`, { cause: error }));
      }
    });
  });
}

describe('attnbench compare', () => {
  it('finds a kernel that became slower, by name', async () => {
    const { code, stdout, comparison } = await compare('base', 'slow', naive, 'copy:n=128', '--pairs', '20');
    expect(code, stdout).toBe(1);
    expect(comparison.cases.map(({ kernel, verdict }) => [kernel, verdict])).toEqual([
      ['naive', 'REGRESSED'],
      ['copy', 'SAME'],
    ]);
    const [slow, copy] = comparison.cases;
    expect(slow.verdict === 'REGRESSED' && slow.timed.effect.low).toBeGreaterThan(1.05);
    expect(slow.file).toBe(scores);
    expect(copy.reasons.map((reason) => reason.code)).toEqual(['identical']);
    expect(comparison.base).toMatchObject({ label: 'base', kind: 'revision', dirty: false });
  });

  it('calls a wrong kernel wrong, however fast it is', async () => {
    const { code, comparison } = await compare('slow', 'wrong', naive);
    expect(code).toBe(3);
    expect(comparison.cases[0]).toMatchObject({ verdict: 'WRONG', side: 'head' });
    expect(comparison.cases[0]).not.toHaveProperty('timed');
  });

  it('times nothing where only a page changed, and opens no device', async () => {
    const { code, stderr, comparison } = await compare('base', 'docs', naive, 'copy:n=128');
    expect(code).toBe(0);
    expect(stderr).toContain('nothing to time');
    expect(comparison.adapter).toBeNull();
  });

  it('times what became other text, though it does the same', async () => {
    const { comparison } = await compare('docs', 'comment', naive, '--budget', '2');
    expect(comparison.cases[0].verdict).toBe('UNKNOWN');
    expect(comparison.cases[0].hashes.base).not.toBe(comparison.cases[0].hashes.head);
  });

  it('calls a kernel that base lacks new, and one that head lacks removed', async () => {
    const added = await compare('before', 'base', naive);
    expect([added.code, added.comparison.cases[0].verdict]).toEqual([0, 'NEW']);
    const removed = await compare('base', 'before', naive);
    expect([removed.code, removed.comparison.cases[0].verdict]).toEqual([0, 'REMOVED']);
  });

  it('does not call a new kernel right that is wrong', async () => {
    const { code, comparison } = await compare('before', 'wrong', naive);
    expect([code, comparison.cases[0].verdict]).toEqual([3, 'WRONG']);
  });
});
