import { describe, expect, test } from 'vitest';
import { EnvironmentError, UsageError } from './errors.ts';
import { writeFailure } from './write-failure.ts';

const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: as the system says it`), { code });

describe('writeFailure', () => {
  test.each([
    ['EROFS', 'the file system is read-only'],
    ['ENOENT', 'its folder cannot be made there'],
    ['EEXIST', 'a file stands where a folder is needed'],
  ])('%s is a mistake in the call', (code, why) => {
    const failure = writeFailure('runs/x cannot be written', systemError(code));
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toBe(`runs/x cannot be written: ${why}; name another folder with --out`);
  });

  test('a full disk is the machine, not the call', () => {
    const failure = writeFailure('runs/x cannot be written', systemError('ENOSPC'));
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect(failure.message).toBe(
      'runs/x cannot be written: the disk is full; make room or name another folder with --out',
    );
  });

  test('what it does not know it tells in the words of the system', () => {
    expect(writeFailure('x cannot be written', systemError('EIO')).message).toContain('EIO: as the system');
  });
});
