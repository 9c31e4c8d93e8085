/** The walk-through of docs/bring-your-own-kernel.md, run as it stands there. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparisonSchema } from '../harness/gate/comparison.ts';
import { readRun } from '../harness/hosts/run-folder.ts';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const launcher = fileURLToPath(new URL('../bin/attnbench.mjs', import.meta.url));
const page = readFileSync(join(docs, 'bring-your-own-kernel.md'), 'utf8');
const script = /```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

const root = mkdtempSync(join(tmpdir(), 'attnbench-walk-'));
const folder = join(root, 'work');
afterAll(() => rmSync(root, { recursive: true, force: true }));

let ended: { readonly code: number | null; readonly output: string };
beforeAll(async () => {
  mkdirSync(folder);
  mkdirSync(join(root, 'bin'));
  symlinkSync(launcher, join(root, 'bin', 'attnbench'));
  ended = await new Promise((resolve, reject) => {
    const child = spawn('sh', ['-e', '-c', script], {
      cwd: folder,
      env: {
        ...process.env,
        PATH: `${join(root, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
        ATTNBENCH_DOCS: docs,
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}, 600_000);

describe('from a file to a gated report', () => {
  it('takes ten lines of shell at most, and they run', () => {
    expect(script.trim().split('\n').length).toBeLessThanOrEqual(10);
    expect(ended.code, ended.output).toBe(0);
  });

  it('ends with a report of both kernels, a profile and a verdict', () => {
    const { cases } = readRun(join(folder, 'sweep')).run;
    for (const kernel of ['flash', 'my-flash']) {
      const lengths = cases
        .filter((one) => one.kernel === kernel && one.status === 'ok')
        .map(({ params }) => params.n);
      expect(lengths).toEqual(expect.arrayContaining([32, 64, 128]));
    }
    const report = readFileSync(join(folder, 'sweep', 'report', 'index.html'), 'utf8');
    expect(report).toContain('my-flash');
    expect(existsSync(join(folder, 'profile', 'profile', 'index.html'))).toBe(true);
    const {
      base,
      head,
      cases: compared,
    } = comparisonSchema.parse(JSON.parse(readFileSync(join(folder, 'gate', 'comparison.json'), 'utf8')));
    expect([base.kind, base.label, head.kind, head.label]).toEqual([
      'revision',
      'HEAD',
      'file',
      'my-flash.wgsl',
    ]);
    expect(compared.map(({ kernel }) => kernel)).toEqual(['my-flash']);
    expect(compared[0], ended.output).toHaveProperty('timed.sessions');
  });
});
