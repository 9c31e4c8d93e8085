import { describe, expect, it } from 'vitest';
import { UsageError } from '../harness/errors.ts';
import { chooseHost, readHost, refusePeersIn } from './choose-host.ts';

describe('where a command runs', () => {
  it('is Node unless it says otherwise', () => {
    expect(readHost({})).toBe('node');
    expect(readHost({ host: 'chromium', browser: '/usr/bin/chrome' })).toBe('chromium');
  });

  it.each([
    [{ host: 'chromiun' }, "unknown host 'chromiun'; did you mean 'chromium'?"],
    [{ host: 'quantum' }, "unknown host 'quantum'; there are node, chromium, firefox, deno"],
    [
      { browser: '/usr/bin/chrome' },
      '--browser is for --host chromium and firefox; --host node runs in no browser',
    ],
  ])('is a mistake in the call for %j', (words, sentence) => {
    expect(() => readHost(words)).toThrow(new UsageError(sentence));
  });

  it('is no browser that is not there', async () => {
    await expect(chooseHost({ host: 'chromium', browser: '/nowhere/chrome' }, 'auto')).rejects.toThrow(
      new UsageError("--browser is '/nowhere/chrome', which is not an executable file"),
    );
  });

  it('is Node for peers', () => {
    expect(() => refusePeersIn({}, ['naive', 'tfjs'])).not.toThrow();
    expect(() => refusePeersIn({ host: 'chromium' }, ['naive', 'flash'])).not.toThrow();
    expect(() => refusePeersIn({ host: 'chromium' }, ['naive', 'tfjs'])).toThrow(
      'peers such as tfjs run in Node only; leave out --peers, or --host chromium',
    );
  });
});
