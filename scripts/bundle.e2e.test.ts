/** The bundle as a user has it: unpacked somewhere, with no Node, no packages and nothing in the home folder. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveAdapter } from '../harness/hosts/adapters.ts';
import { makeBundle } from './bundle.ts';
import { toolVersion } from './version.ts';

const platform = `${process.platform}-${process.arch}`;
const root = mkdtempSync(join(tmpdir(), 'attnbench-bundle-test-'));
const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

describe.skipIf(platform !== 'linux-x64')(`the bundle (for linux-x64, and this is ${platform})`, () => {
  let launcher: string;
  let file: string;
  beforeAll(() => {
    // Packed quickly and so larger than the real one.
    ({ file } = makeBundle(join(root, 'made'), 0));
    spawnSync('tar', ['--extract', '--file', file, '--directory', root]);
    launcher = join(root, `attnbench-${toolVersion()}-linux-x64`, 'attnbench');
    mkdirSync(join(root, 'home'));
    mkdirSync(join(root, 'links'));
    symlinkSync(launcher, join(root, 'links', 'attnbench'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const attnbench = (...args: readonly string[]) =>
    spawnSync(launcher, args, {
      cwd: root,
      env: { PATH: join(root, 'nothing'), HOME: join(root, 'home') },
      encoding: 'utf8',
    });

  it('starts without Node in the path', () => {
    expect(attnbench('--version')).toMatchObject({ stdout: `${toolVersion()}\n`, status: 0 });
    const linked = spawnSync(join(root, 'links', 'attnbench'), ['--version'], { encoding: 'utf8' });
    expect(linked.stdout).toBe(`${toolVersion()}\n`);
  });

  it('finds adapters and checks a kernel on one', async () => {
    const doctor = attnbench('doctor');
    expect(doctor.status, doctor.stderr).toBe(0);
    expect(doctor.stdout).toContain('swiftshader');
    const lavapipe = await resolveAdapter('lavapipe');
    const name = lavapipe.ok ? 'lavapipe' : 'swiftshader';
    const verified = attnbench('verify', '--kernels', 'copy', '--adapter', name);
    expect(verified.stdout).toMatch(/^copy +f32 +\d+ +0 +0 +0$/m);
    expect(verified.status, verified.stderr).toBe(0);
  });

  it('measures and writes the whole report', () => {
    const ran = attnbench(
      'run',
      'copy:n=64',
      '-a',
      'n=64,128',
      '--adapter',
      'swiftshader',
      '--no-peaks',
      '--out',
      'run',
    );
    expect(ran.status, ran.stderr).toBe(0);
    expect(readFileSync(join(root, 'run', 'report', 'index.html'), 'utf8')).toContain('<html');
  });

  it('is the same bytes when it is made again', () => {
    expect(hash(makeBundle(join(root, 'again'), 0).file)).toBe(hash(file));
  });

  it('leaves out what nobody reads at run time', () => {
    // 60 MB is the limit of the real one, which is packed as small as can be.
    expect(statSync(file).size).toBeLessThan(68e6);
    const { stdout } = spawnSync('tar', ['--list', '--file', file], { encoding: 'utf8' });
    expect(stdout).not.toMatch(/puppeteer|chromium\.br|win32|\.test\.ts|node_modules\/typescript/);
  });
});
