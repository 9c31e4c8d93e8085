/** What `attnbench serve` prints, and how a mistake in its call ends. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readRun } from '../harness/hosts/run-folder.ts';
import { scalingRun } from '../reports/testing/records.ts';
import { exitCodes } from './exit-codes.ts';
import { serve } from './serve.ts';
import { ask, post } from './serve/testing/asking.ts';
import { captured, capturingIo } from './testing/captured-io.ts';

// The page is bundled first.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attnbench-serve-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('stdout is the folders of the runs that arrive, and stderr the talk', async () => {
  const { io, written } = capturingIo();
  const server = await serve({ port: 0, lan: false, out: folder, json: false }, io);
  expect(written.out).toBe('');
  expect(written.err).toContain(`http://localhost:${server.port}/\n`);
  const { text } = await ask({ port: server.port });
  expect(text).toContain('<meta name="attnbench-intake" content="runs">');
  const { header, cases } = scalingRun([128]);
  const lines = [{ ...header, plannedCases: cases.map(({ id }) => id) }, ...cases];
  const { status } = await post(server.port, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await server.close();
  expect(status).toBe(201);
  expect(written.out).toMatch(/^\S+\/page-[\w-]+\n$/);
  expect(readRun(written.out.trim()).run.cases).toEqual(cases);
  expect(written.err).toContain(`came from 127.0.0.1; attnbench report ${written.out.trim()}\n`);
});

test('a port that is taken', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => {
      const address = other.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const { code, err, out } = await captured('serve', '--port', String(port), '--out', folder);
  other.close();
  expect(code).toBe(exitCodes.usage);
  expect(err).toBe(
    `attnbench: port ${port} is taken by another program; name another with --port, or --port 0 for any that is free\n`,
  );
  expect(out).toBe('');
});

test('a folder that cannot be one', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { code, err } = await captured('serve', '--port', '0', '--out', join(file, 'runs'));
  expect(code).toBe(exitCodes.usage);
  expect(err).toBe(
    `attnbench: ${join(file, 'runs')} cannot be written: a file stands where a folder is needed; name another folder with --out\n`,
  );
});

test.skipIf(process.getuid?.() === 0)(
  'a folder that may not be written (no such thing for root)',
  async () => {
    chmodSync(folder, 0o500);
    const { code, err } = await captured('serve', '--port', '0', '--out', folder);
    chmodSync(folder, 0o700);
    expect(code).toBe(exitCodes.usage);
    expect(err).toContain('permission denied');
  },
);

test.each(['70000', '-1', '80.5', 'http', ''])('no port: %j', async (port) => {
  const { code, err } = await captured('serve', '--port', port, '--out', folder);
  expect(code).toBe(exitCodes.usage);
  expect(err).toContain('--port takes a number from 0 to 65535');
});
