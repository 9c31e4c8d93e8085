/** Pull requests in a repository made for it, as CI would see them: compare.sh with GitHub's variables, on the adapter that is there. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../harness/gate/comparison.ts';
import { comparisonSchema } from '../../harness/gate/comparison.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'attnbench-pull-request-'));
const repository = join(folder, 'repository');

function git(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', ['-C', repository, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

const fileIn = (path: string): string => join(repository, path);
const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(fileIn(path), change(readFileSync(fileIn(path), 'utf8')));

/** A branch off main with one commit. */
function branch(name: string, change: () => void): void {
  git('checkout', '--quiet', '-B', name, 'main');
  change();
  git('add', '--all');
  git('commit', '--quiet', '--message', name);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly comparison: Comparison | null;
  /** A file of the report. */
  readonly report: (name: string) => string;
  readonly summary: string;
  readonly output: string;
}

function pullRequest(name: string, ...words: readonly string[]): Ended {
  git('checkout', '--quiet', name);
  const out = join(folder, `out-${name}-${words.length}`);
  const [summary, output] = ['summary', 'output'].map((file) => `${out}.${file}`);
  for (const file of [summary, output]) writeFileSync(file, '');
  const { status, stdout, stderr } = spawnSync(
    join(root, 'scripts/ci/compare.sh'),
    [git('rev-parse', 'main'), out, '--adapter', process.env.ATTNBENCH_ADAPTER ?? 'auto', ...words],
    {
      cwd: repository,
      encoding: 'utf8',
      env: { ...process.env, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output },
    },
  );
  const kept = join(out, 'comparison.json');
  return {
    code: status,
    stdout,
    stderr,
    comparison: existsSync(kept) ? comparisonSchema.parse(JSON.parse(readFileSync(kept, 'utf8'))) : null,
    report: (file) => readFileSync(join(out, 'report', file), 'utf8'),
    summary: readFileSync(summary, 'utf8'),
    output: readFileSync(output, 'utf8'),
  };
}

const verdicts = (ended: Ended): Readonly<Record<string, string>> =>
  Object.fromEntries((ended.comparison?.cases ?? []).map(({ kernel, verdict }) => [kernel, verdict]));

const loop = 'kernels/loop/loop.wgsl';
const cases = ['loop:n=64,d=64', 'copy:n=64'];

beforeAll(() => {
  mkdirSync(join(repository, 'kernels'), { recursive: true });
  writeFileSync(fileIn('package.json'), '{"type":"module"}\n');
  writeFileSync(fileIn('README.md'), 'Kernels of ours.\n');
  for (const name of ['contract.ts', 'lib', 'copy']) {
    cpSync(join(root, 'kernels', name), fileIn(`kernels/${name}`), { recursive: true });
  }
  // The kernel whose length is known, with its rounds in its own WGSL.
  const work = join(root, 'scripts/calibration/kernels/work');
  mkdirSync(fileIn('kernels/loop'));
  const kernel = readFileSync(join(work, 'kernel.ts'), 'utf8')
    .replaceAll('../../../../kernels/', '../')
    .replaceAll('work.wgsl', 'loop.wgsl')
    .replace(', STEPS: params.steps', '');
  writeFileSync(fileIn('kernels/loop/kernel.ts'), kernel);
  writeFileSync(fileIn(loop), `const STEPS: u32 = 960u;\n${readFileSync(join(work, 'work.wgsl'), 'utf8')}`);
  spawnSync('git', ['init', '--quiet', '--initial-branch', 'main', repository]);
  for (const [key, value] of [
    ['user.name', 'somebody'],
    ['user.email', 'somebody@example.org'],
  ]) {
    git('config', key, value);
  }
  git('add', '--all');
  git('commit', '--quiet', '--message', 'kernels');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a pull request', () => {
  it('that slows one kernel is red, and the kernel is named everywhere', () => {
    branch('slow', () => {
      edit(loop, (text) => text.replace('960u', '1920u'));
      edit('kernels/copy/copy.wgsl', (text) => `${text}// a word more\n`);
    });
    const ended = pullRequest('slow', '--budget', '90', ...cases);
    expect(ended.stderr).toContain('kept in');
    expect(verdicts(ended).loop).toBe('REGRESSED');
    expect(verdicts(ended).copy).not.toBe('REGRESSED');
    expect(ended.code).toBe(1);
    expect(ended.output).toContain('exit-code=1\n');
    expect(ended.stdout).toMatch(new RegExp(`^::error file=${loop}`, 'm'));
    for (const said of [ended.summary, ended.report('comment.md')]) expect(said).toContain('loop');
    expect(ended.report('junit.xml')).toContain('type="Regression"');
  });

  it('that changes words times nothing and is green', () => {
    branch('docs', () => edit('README.md', (text) => `${text}And more words.\n`));
    const ended = pullRequest('docs', ...cases);
    expect(ended.code).toBe(0);
    expect(verdicts(ended)).toEqual({ loop: 'SAME', copy: 'SAME' });
    // No device was opened: there is nothing that it could have run on.
    expect(ended.comparison?.adapter).toBeNull();
    expect(ended.stderr).toContain('nothing to time');
  });

  it('that adds a kernel says that it is new', () => {
    branch('new', () => cpSync(fileIn('kernels/copy'), fileIn('kernels/fresh'), { recursive: true }));
    const ended = pullRequest('new', 'fresh:n=64', 'copy:n=64');
    expect(verdicts(ended)).toEqual({ fresh: 'NEW', copy: 'SAME' });
    expect(ended.code).toBe(0);
  });

  it('with wrong numbers ends in 3, however fast', () => {
    branch('wrong', () =>
      edit(loop, (text) => text.replace('960u', '1u').replace('y[at] = value', 'y[at] = value * 1.5')),
    );
    const ended = pullRequest('wrong', ...cases);
    expect(verdicts(ended).loop).toBe('WRONG');
    expect(ended.code).toBe(3);
    expect(ended.stdout).toMatch(new RegExp(`^::error file=${loop}`, 'm'));
  });

  it('on a machine without the adapter asked for ends in 4', () => {
    const ended = pullRequest('slow', '--adapter', 'nowhere', ...cases);
    // An adapter nobody knows is a mistake in the call; one that is known and missing is the machine's.
    expect(ended.code).toBe(2);
    git('checkout', '--quiet', 'slow');
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, 'bin/attnbench.mjs'), 'compare', '--base', 'main', '--adapter', 'lavapipe', ...cases],
      {
        cwd: repository,
        encoding: 'utf8',
        // The drivers named are the only ones that are used.
        env: { ...process.env, VK_DRIVER_FILES: join(folder, 'no-driver.json') },
      },
    );
    expect(stderr).toContain('lavapipe');
    expect(status).toBe(4);
  });
});
