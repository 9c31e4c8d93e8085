import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { adapterInfo } from '../testing/adapter-info.ts';
import { browserAdapters } from './browser-adapter.ts';
import { browserFacts } from './page-session.ts';

describe('an adapter of Chromium', () => {
  it('is its own SwiftShader, with raw timestamps, and nothing else is taken for it', async () => {
    const [adapter, ...others] = await browserAdapters('chromium', 'SwiftShader');
    expect(others).toEqual([]);
    expect(adapter.env).toEqual({});
    expect(adapter.flags).toContain('--use-webgpu-adapter=swiftshader');
    expect(adapter.flags.filter((flag) => flag.startsWith('--disable-dawn-features='))).toEqual([
      expect.stringContaining('timestamp_quantization'),
    ]);
    expect(adapter.accepts(adapterInfo({ architecture: 'swiftshader' }))).toBe(true);
    expect(adapter.accepts(adapterInfo({ description: 'llvmpipe (LLVM 15)' }))).toBe(false);
  });

  it('is a name that somebody knows', async () => {
    await expect(browserAdapters('chromium', 'swiftshadow')).rejects.toThrow(UsageError);
  });

  it('ends with SwiftShader where any will do', async () => {
    const adapters = await browserAdapters('chromium', 'auto');
    expect(adapters.at(-1)?.name).toBe('swiftshader');
  });
});

describe('an adapter of Firefox and Deno', () => {
  it.each(['firefox', 'deno'] as const)(
    'is the driver that %s is given, known by the words of Dawn',
    async (kind) => {
      const [adapter] = await browserAdapters(kind, 'swiftshader');
      expect(adapter.env['VK_ICD_FILENAMES']).toMatch(/swiftshader.*\.json$/);
      expect(adapter.env).not.toHaveProperty('LD_LIBRARY_PATH');
      expect(adapter.words.description).toContain('SwiftShader');
      expect(adapter.accepts(adapterInfo({ software: true }))).toBe(true);
      expect(adapter.accepts(adapterInfo({ software: false }))).toBe(false);
    },
  );
});

it.each([
  ['chromium', 'HeadlessChrome/143.0.7499.0', 'Chrome 143.0.7499.0', 'Dawn chromium/7499'],
  ['chromium', 'Edg/144.0.1.2', 'Edg 144.0.1.2', 'Dawn chromium/1'],
  ['chromium', 'Odd', 'Odd', 'Dawn of Odd'],
  ['firefox', 'firefox/153.7.0', 'Firefox 153.7.0', 'wgpu in Firefox 153'],
] as const)('%s says %s', (kind, version, runtime, webgpu) => {
  expect(browserFacts(kind, version)).toEqual({ name: kind, runtime, webgpu });
});
