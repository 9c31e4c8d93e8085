import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelFileVersion } from './kernel-file-versions.ts';
import type { KernelFile } from './kernel-files.ts';
import { loadKernelFile } from './kernel-files.ts';

const examples = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'attnbench-versions-')));
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
afterAll(() => rmSync(folder, { recursive: true }));

let head: KernelFile;
beforeAll(async () => {
  mkdirSync(join(folder, 'mine'));
  cpSync(examples, join(folder, 'mine'), { recursive: true });
  git('init', '--quiet', '--initial-branch=trunk');
  git('add', '.');
  git('commit', '--quiet', '--message', 'one');
  cpSync(join(folder, 'mine'), join(folder, 'copy', 'mine'), { recursive: true });
  writeFileSync(join(folder, 'mine', 'two-passes.json'), '{}');
  const file = join(folder, 'mine', 'my-flash.wgsl');
  head = await loadKernelFile(file);
});

describe('what a brought kernel is held against', () => {
  it('is another file', async () => {
    const { side, load } = kernelFileVersion('copy/mine/two-passes.wgsl', folder);
    expect(side).toEqual({ label: 'copy/mine/two-passes.wgsl', kind: 'file', commit: null, dirty: false });
    expect((await load(head))?.id).toBe('two-passes');
  });

  it('is the same file in a folder, or none where the folder has none', async () => {
    const { side, load } = kernelFileVersion('copy', folder);
    expect(side.kind).toBe('folder');
    expect((await load(head))?.source.path).toBe(join(folder, 'copy', 'mine', 'my-flash.wgsl'));
    expect(await kernelFileVersion('mine', folder).load(head)).toBeNull();
  });

  it('is the same files in a revision, the manifest beside them included', async () => {
    const { side, load } = kernelFileVersion('trunk', folder);
    expect(side).toEqual({
      label: 'trunk',
      kind: 'revision',
      commit: git('rev-parse', 'HEAD').trim(),
      dirty: false,
    });
    expect((await load(head))?.source).toEqual(head.source);
    // Its manifest in the folder is empty by now.
    const twoPasses = { ...head, source: { ...head.source, path: join(folder, 'mine', 'two-passes.wgsl') } };
    expect(Object.keys((await load(twoPasses))?.source.texts ?? {})).toEqual([
      'two-passes.wgsl',
      'two-passes.json',
    ]);
    const unknown = { ...head, source: { ...head.source, path: join(folder, 'mine', 'new.wgsl') } };
    expect(await load(unknown)).toBeNull();
  });

  it('is told where it is nothing', async () => {
    expect(() => kernelFileVersion('trnk', folder)).toThrow(
      "'trnk' is no folder, and git knows no such revision; did you mean 'trunk'?",
    );
    await expect(kernelFileVersion('none.wgsl', folder).load(head)).rejects.toThrow('there is no file');
  });
});
