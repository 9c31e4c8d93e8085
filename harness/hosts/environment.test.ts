import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runHeaderSchema } from '../record.ts';
import { commitOf, hostFacts, measurementFlags, toolFacts } from './environment.ts';

let work: string;
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', work, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
  }).trim();

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'attnbench-test-'));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

test('facts fit the run header', () => {
  const host = hostFacts();
  expect(runHeaderSchema.shape.host.parse(host)).toEqual(host);
  expect(host.runtime).toBe(process.version);
  expect(host.webgpu).toMatch(/^\d+\.\d+\.\d+$/);
  expect(host.memoryBytes).toBeGreaterThan(1e8);
  expect(runHeaderSchema.shape.tool.parse(toolFacts()).version).toMatch(/^\d+\.\d+\.\d+/);
});

test('the commit is that of the tree itself, marked when the tree differs', () => {
  expect(commitOf(work)).toBeNull();
  git('init', '--quiet');
  writeFileSync(join(work, 'a'), '1');
  git('add', 'a');
  git('commit', '--quiet', '-m', 'first');
  const commit = git('rev-parse', 'HEAD');
  expect(commitOf(work)).toBe(commit);
  writeFileSync(join(work, 'a'), '2');
  expect(commitOf(work)).toBe(`${commit}-dirty`);
  const inner = join(work, 'node_modules');
  mkdirSync(inner);
  expect(commitOf(inner)).toBeNull();
});

test('flags name the toggles and only those variables that change a measurement', () => {
  const choice = { name: 'lavapipe', env: {}, dawnFlags: ['enable-dawn-features=allow_unsafe_apis'] };
  expect(
    measurementFlags(choice, { LP_NUM_THREADS: '1', HOME: '/root', MESA_SHADER_CACHE_DISABLE: 'true' }),
  ).toEqual(['enable-dawn-features=allow_unsafe_apis', 'LP_NUM_THREADS=1', 'MESA_SHADER_CACHE_DISABLE=true']);
});
