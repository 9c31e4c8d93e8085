/** A copy of the project that a test may change: sources copied, packages linked. */
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const copied = [
  'bin',
  'harness',
  'kernels',
  'peers',
  'reports',
  'scripts',
  'suites',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
/** Libraries that a user adds: large, and no part of the project. */
const left = join(root, 'peers', 'node_modules');

export interface ProjectCopy {
  readonly folder: string;
  remove(): void;
}

export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'attnbench-project-'));
  const present = readdirSync(root);
  for (const name of copied) {
    if (present.includes(name)) {
      cpSync(join(root, name), join(folder, name), { recursive: true, filter: (source) => source !== left });
    }
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
