import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lavapipeAdvice, parseOsRelease } from './advice.ts';
import { choiceFromEnv, choiceToEnv } from './choice.ts';
import { probeAdapters } from './enumerate.ts';
import { icdFiles, icdFolders } from './icd.ts';

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'attnbench-test-'));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

function script(text: string): string {
  const path = join(work, `${Math.random()}.mjs`);
  writeFileSync(path, text);
  return path;
}

const device = {
  backend: 'vulkan',
  name: "a 'quoted', long name",
  vendor: 'v',
  architecture: 'a',
  device: 'd',
  description: 'x',
  isFallbackAdapter: false,
};

describe('probeAdapters', () => {
  test('reads the answer among what drivers print, and passes the environment on', async () => {
    const answer = `console.log('driver says hello');
      console.log('attnbench-probe ' + JSON.stringify([{ ...${JSON.stringify(device)}, vendor: process.env.PROBE_TEST }]));`;
    expect(await probeAdapters({ PROBE_TEST: 'set' }, script(answer))).toEqual({
      devices: [{ ...device, vendor: 'set' }],
      problem: null,
    });
  });

  test('a driver that crashes is a reason, not an error', async () => {
    const crash = `console.error('mesa: cannot open /dev/dri'); process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000);`;
    expect(await probeAdapters({}, script(crash))).toEqual({
      devices: [],
      problem: 'the driver ended the process (SIGSEGV): mesa: cannot open /dev/dri',
    });
  });

  test('no device comes with the first thing the driver said that matters', async () => {
    const none = `console.error('Warning: maxDynamicUniformBuffersPerPipelineLayout artificially reduced from 1000000 to 16 to fit dynamic offset allocation limit.');
      console.error('Warning: Vulkan 1.1 is required'); console.log('attnbench-probe []');`;
    expect(await probeAdapters({}, script(none))).toEqual({
      devices: [],
      problem: 'no device: Warning: Vulkan 1.1 is required',
    });
  });
});

describe('icdFiles', () => {
  test('takes manifests of all folders in order, each once', () => {
    const [first, second, missing] = ['etc', 'share', 'none'].map((name) => join(work, name));
    if (first === undefined || second === undefined || missing === undefined) throw new Error('unreachable');
    for (const folder of [first, second]) mkdirSync(folder);
    writeFileSync(join(first, 'b.json'), '{}');
    writeFileSync(join(first, 'readme.txt'), '');
    writeFileSync(join(second, 'a.json'), '{}');
    symlinkSync(join(first, 'b.json'), join(second, 'c.json'));
    symlinkSync(join(work, 'nowhere'), join(second, 'dangling.json'));
    expect(icdFiles([first, missing, second])).toEqual([join(first, 'b.json'), join(second, 'a.json')]);
  });

  test('folders follow the XDG variables', () => {
    const folders = icdFolders({ XDG_DATA_DIRS: '/nix/share:/usr/share' }, '/home/me');
    expect(folders).toEqual(
      expect.arrayContaining([
        '/etc/vulkan/icd.d',
        '/home/me/.local/share/vulkan/icd.d',
        '/nix/share/vulkan/icd.d',
        '/usr/share/vulkan/icd.d',
      ]),
    );
    expect(folders).not.toContain('/usr/local/share/vulkan/icd.d');
  });
});

describe('lavapipeAdvice', () => {
  test.each([
    ['ID=debian\nVERSION_CODENAME=bookworm\n', /bookworm-backports/],
    [
      'ID=debian\nVERSION_CODENAME=trixie\n',
      /^install Mesa's Vulkan drivers \(apt-get install mesa-vulkan-drivers\)$/,
    ],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', /apt-get install/],
    ['ID=fedora\n', /dnf install/],
    ['', /your distribution's Mesa/],
  ])('%j', (text, advice) => {
    expect(lavapipeAdvice(parseOsRelease(text))).toMatch(advice);
  });
});

test('a choice survives the way through the environment', () => {
  const choice = {
    name: 'lavapipe',
    env: { VK_DRIVER_FILES: '/a b.json' },
    dawnFlags: ['adapter=llvmpipe (LLVM, 256)'],
  };
  const env = choiceToEnv(choice);
  expect(env['VK_DRIVER_FILES']).toBe('/a b.json');
  expect(choiceFromEnv(env)).toEqual(choice);
  expect(() => choiceFromEnv({})).toThrow(/with-adapter\.mjs/);
});
