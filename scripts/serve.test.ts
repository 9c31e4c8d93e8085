/** How a mistake in the call of `attnbench serve` ends. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { captured } from './testing/captured-io.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attnbench-serve-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

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
