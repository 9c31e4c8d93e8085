/** The same sweep in Node and in a browser, on the same adapter: the same cases, the same statuses, the same numbers. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readRun } from '../harness/hosts/run-folder.ts';
import type { Run } from '../harness/record.ts';

const launcher = fileURLToPath(new URL('../bin/attnbench.mjs', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'attnbench-hosts-'));
afterAll(() => rmSync(root, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

function attnbench(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

const settings = ['--adapter', 'swiftshader', '--no-report', '--no-peaks', '--seconds-per-case', '0.02'];

async function smokeIn(host: string): Promise<Run> {
  const out = join(root, host);
  const { code, stderr } = await attnbench('run', 'smoke', '--host', host, '--out', out, ...settings);
  expect(code, stderr).toBe(0);
  return readRun(out).run;
}

/**
 * One driver runs the same WGSL in both, so that what it computes is the same to the bit. The float64 reference is computed by two
 * versions of V8, whose exp and cos may differ in their last place: about 1e-16 of a value, which moves an error of 1e-7 by 1e-9 of
 * itself.
 */
const rounding = 1e-6;

describe('the smoke suite in Node and in Chromium', () => {
  let inChromium: Run;

  it('has the same cases with the same statuses, programs and errors', async () => {
    const inNode = await smokeIn('node');
    inChromium = await smokeIn('chromium');
    const facts = ({ cases }: Run) =>
      cases.map((record) => [record.id, record.status, 'source' in record ? record.source.hash : null]);
    expect(facts(inChromium)).toEqual(facts(inNode));
    expect(inNode.cases.length).toBeGreaterThan(5);
    for (const [at, record] of inNode.cases.entries()) {
      const other = inChromium.cases[at];
      if (record.status !== 'ok' || other.status !== 'ok') throw new Error(`${record.id} is not ok`);
      const nmse = record.check.nmse ?? NaN;
      expect(Math.abs((other.check.nmse ?? NaN) - nmse)).toBeLessThanOrEqual(rounding * nmse);
      expect(other.check.rowsChecked).toBe(record.check.rowsChecked);
      expect(other.gpuNs.length).toBeGreaterThan(0);
    }
    const { vendor, device, description, name } = inChromium.header.adapter;
    expect({ vendor, device, description, name }).toEqual({
      vendor: inNode.header.adapter.vendor,
      device: inNode.header.adapter.device,
      description: inNode.header.adapter.description,
      name: 'swiftshader',
    });
  });

  it('says where it ran, with which flags and by what clock', () => {
    const { host, flags, clock } = inChromium.header;
    expect(host).toMatchObject({
      name: 'chromium',
      runtime: expect.stringMatching(/^Chrome \d+\.\d+\.\d+\.\d+$/),
      webgpu: expect.stringMatching(/^Dawn chromium\/\d+$/),
    });
    expect(flags).toContain('--use-webgpu-adapter=swiftshader');
    expect(clock).toMatchObject({ source: 'timestamp-query', quantised: false });
    // A page knows no CPU time.
    for (const record of inChromium.cases) if (record.status === 'ok') expect(record.cpuNs).toEqual([]);
  });

  it('goes on in the host that it was begun in, and in no other', async () => {
    const folder = join(root, 'chromium');
    const elsewhere = await attnbench('run', '--resume', folder, '--host', 'node', '--no-report');
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toBe(
      'attnbench: the run was measured in chromium; go on without --host, or start a new run\n',
    );
    const resumed = await attnbench('run', '--resume', folder, '--no-report');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain('0 cases on SwiftShader');
    expect(readRun(folder).run.cases).toEqual(inChromium.cases);
  });
});

it('says in one sentence that a program is no browser', async () => {
  const words = ['run', 'smoke', '--host', 'chromium', '--browser', '/bin/true', ...settings];
  const { code, stderr } = await attnbench(...words, '--out', join(root, 'refused'));
  expect(stderr).toBe('attnbench: the browser /bin/true does not start: it ended at once\n');
  expect(code).toBe(4);
});
