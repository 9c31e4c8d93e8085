import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProjectCopy } from './testing/project-copy.ts';
import { copyProject } from './testing/project-copy.ts';

let project: ProjectCopy;
beforeAll(() => {
  project = copyProject();
});
afterAll(() => project.remove());

const node = (...args: readonly string[]) =>
  spawnSync(process.execPath, args, { cwd: project.folder, encoding: 'utf8' });

test('a new kernel has its own name everywhere, right types and passing tests', { timeout: 60_000 }, () => {
  const made = node('bin/attnbench.mjs', 'new-kernel', 'my-kernel2');
  expect(made.stderr).toBe('next: npx vitest run kernels/my-kernel2, then docs/adding-a-kernel.md\n');
  expect(made.status).toBe(0);
  const folder = join(project.folder, 'kernels', 'my-kernel2');
  const files = ['README.md', 'contract.gpu.test.ts', 'kernel.test.ts', 'kernel.ts', 'my-kernel2.wgsl'];
  expect(readdirSync(folder).sort()).toEqual(files);
  expect(made.stdout).toBe(files.map((name) => `kernels/my-kernel2/${name}\n`).join(''));
  for (const name of files) expect(readFileSync(join(folder, name), 'utf8')).not.toContain('template');

  // Its types alone, so that a mistake elsewhere does not fail this test too.
  writeFileSync(
    join(project.folder, 'tsconfig.new.json'),
    JSON.stringify({ extends: './tsconfig.json', include: ['kernels/my-kernel2'] }),
  );
  const types = node('node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.new.json');
  expect(types.stdout).toBe('');
  expect(types.status).toBe(0);
  const tests = node('node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'kernels/my-kernel2');
  expect(tests.stdout).toMatch(/Tests .*2 passed/);
  expect(tests.status).toBe(0);

  const again = node('bin/attnbench.mjs', 'new-kernel', 'my-kernel2');
  expect(again.stderr).toBe('attnbench: kernels/my-kernel2 exists already; choose another id\n');
  expect(again.status).toBe(2);
});
