import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { choiceFromEnv } from '../harness/hosts/choice.ts';
import type { ProjectCopy } from './testing/project-copy.ts';
import { copyProject } from './testing/project-copy.ts';

let project: ProjectCopy;
beforeAll(() => {
  project = copyProject();
  attnbench('new-kernel', 'mean');
});
afterAll(() => project.remove());

const attnbench = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['bin/attnbench.mjs', ...args], { cwd: project.folder, encoding: 'utf8' });
const verify = (...args: readonly string[]) =>
  attnbench('verify', '--adapter', choiceFromEnv().name, ...args);

/** Replaces one place of the new kernel while `work` runs. */
function withChange(from: string, to: string, work: () => void, name = 'mean.wgsl'): void {
  const file = join(project.folder, 'kernels', 'mean', name);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
  try {
    work();
  } finally {
    writeFileSync(file, text);
  }
}

test('a scaffolded kernel is right in every precision that the adapter has', () => {
  const { status, stdout } = verify('--kernels', 'mean');
  expect(stdout).toMatch(/^mean +f32 +\d+ +0 +0 +0$/m);
  expect(stdout).toMatch(/^mean +f16s +\d+ +0 +0 +0$/m);
  expect(status).toBe(0);
});

test('one changed constant is wrong numbers: exit code 3 and the case that shows it', () => {
  withChange('i + 1u', 'i + 2u', () => {
    const { status, stdout } = verify('mean:n=7,heads=1,d=4,causal=true', 'mean:n=7,heads=1,d=4');
    expect(stdout).toMatch(/^mean +f32 +1 +0 +1 +0$/m);
    expect(stdout).toMatch(/^verify\/mean:n=7,heads=1,d=4,precision=f32,causal=true: wrong: /m);
    expect(status).toBe(3);
  });
});

test('WGSL that does not compile fails with its own line', () => {
  withChange('var keys = u.m;', 'var keys = u.mm;', () => {
    const { status, stdout } = verify('mean:n=7,heads=1,d=4');
    expect(stdout).toMatch(/failed: .*mean\.wgsl:\d+:\d+/);
    expect(status).toBe(3);
  });
});

test('a case that ends its process is told apart and the others go on', () => {
  withChange(
    'plan(params) {',
    'plan(params) { if (params.n === 7) process.exit(9);',
    () => {
      const { status, stdout } = verify('mean:n=7,heads=1,d=4', 'mean:n=8,heads=1,d=4');
      expect(stdout).toMatch(/^mean +f32 +1 +0 +0 +1$/m);
      expect(stdout).toMatch(/^verify\/mean:n=7,.*: crashed: its process ended with exit code 9/m);
      expect(status).toBe(6);
    },
    'kernel.ts',
  );
});

test('another project around the current folder does not matter', () => {
  const theirs = join(project.folder, 'theirs');
  mkdirSync(theirs);
  writeFileSync(join(theirs, 'bad.ts'), 'throw new Error("theirs");');
  const paths = { commander: ['./bad.ts'], zod: ['./bad.ts'], webgpu: ['./bad.ts'] };
  writeFileSync(join(theirs, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths } }));
  const ran = spawnSync(
    process.execPath,
    [join(project.folder, 'bin/attnbench.mjs'), 'verify', 'naive:n=7', '--adapter', choiceFromEnv().name],
    { cwd: theirs, encoding: 'utf8' },
  );
  expect(ran.stdout).toMatch(/^naive +f32 +1 +0 +0 +0$/m);
  expect(ran.status).toBe(0);
});

test('an adapter that nobody has ends with exit code 2', () => {
  const { status, stderr } = attnbench('verify', '--kernels', 'mean', '--adapter', 'swifshader');
  expect(stderr).toBe("attnbench: unknown adapter 'swifshader'; did you mean 'swiftshader'?\n");
  expect(status).toBe(2);
});
