import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelSourceHash, loadKernel } from './kernel-folders.ts';
import { currentPack, openPack } from './kernel-packs.ts';

const work = mkdtempSync(join(tmpdir(), 'attnbench-packs-'));
const repository = join(work, 'repository');
let first = '';

const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@t', ...words], {
    encoding: 'utf8',
  }).trim();

function write(path: string, text: string): void {
  const file = join(repository, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function commit(message: string): string {
  git('add', '-A');
  git('commit', '-qm', message);
  return git('rev-parse', 'HEAD');
}

const kernelText = (mechanism: string): string =>
  `import { name } from '../lib/names.ts';\nexport default { mechanism: '${mechanism}', summary: name };\n`;

beforeAll(() => {
  process.env['ATTNBENCH_CACHE'] = join(work, 'cache');
  mkdirSync(repository);
  git('init', '-q', '-b', 'main');
  write('package.json', '{"name":"attnbench","version":"9.9.9","type":"module"}\n');
  write('kernels/contract.ts', 'export {};\n');
  write('kernels/lib/names.ts', "export const name = 'one';\n");
  write('kernels/scale/kernel.ts', kernelText('scale'));
  first = commit('first');
  write('kernels/lib/names.ts', "export const name = 'two';\n");
  write('README.md', 'words\n');
  commit('second');
});
afterAll(() => {
  delete process.env['ATTNBENCH_CACHE'];
  rmSync(work, { recursive: true });
});

describe('a pack from a revision', () => {
  it('holds the kernels as they were, beside the checkout as it is', async () => {
    const pack = openPack('main~1', repository);
    expect(pack.side).toEqual({ label: 'main~1', kind: 'revision', commit: first, dirty: false });
    expect(pack.path).toBe('kernels/');
    const before = await loadKernel('scale', pack.kernels);
    const now = await loadKernel('scale', openPack('.', repository).kernels);
    expect([before.kernel.summary, now.kernel.summary]).toEqual(['one', 'two']);
    expect(git('status', '--porcelain')).toBe('');
  });

  it('is unpacked once for all revisions with the same kernels', () => {
    write('README.md', 'other words\n');
    commit('docs only');
    expect(openPack('main', repository).kernels.href).toBe(openPack('main~1', repository).kernels.href);
    expect(readdirSync(join(work, 'cache')).filter((name) => name.startsWith('pack-'))).toHaveLength(2);
  });

  it('hashes the shared files of its own pack', async () => {
    const hashOf = async (word: string): Promise<string> =>
      kernelSourceHash(await loadKernel('scale', openPack(word, repository).kernels));
    expect(await hashOf('main~2')).not.toBe(await hashOf('main'));
    expect(await hashOf('main~1')).toBe(await hashOf('main'));
    expect(await hashOf('main')).toBe(await hashOf('.'));
  });

  it('is found where the checkout is a folder of a larger repository', () => {
    write('tools/bench/kernels/contract.ts', 'export {};\n');
    write('tools/bench/kernels/scale/kernel.ts', kernelText('nested'));
    commit('nested');
    const pack = openPack('main', join(repository, 'tools', 'bench'));
    expect(pack.path).toBe('tools/bench/kernels/');
    expect(readFileSync(new URL('scale/kernel.ts', pack.kernels), 'utf8')).toContain('nested');
  });

  it('keeps paths that are too long for the name field of a tar header', () => {
    const long = `kernels/scale/${'a'.repeat(60)}/${'b'.repeat(60)}.wgsl`;
    write(long, '// here\n');
    commit('a long path');
    const pack = openPack('main', repository);
    expect(existsSync(new URL(long.slice('kernels/'.length), pack.kernels))).toBe(true);
  });
});

describe('a pack from a folder', () => {
  it('is a checkout or its kernels folder, with its commit and whether files differ from it', () => {
    const head = git('rev-parse', 'HEAD');
    const side = { kind: 'folder', commit: head, dirty: false };
    expect(openPack(repository, work).side).toMatchObject(side);
    expect(openPack('kernels', repository).side).toMatchObject({ ...side, label: 'kernels' });
    // A change outside the kernels changes nothing that is compared.
    write('README.md', 'uncommitted\n');
    expect(openPack('.', repository).side.dirty).toBe(false);
    write('kernels/scale/kernel.ts', kernelText('changed'));
    expect(openPack('.', repository).side.dirty).toBe(true);
    git('checkout', '-q', '--', '.');
  });

  it('has no commit outside a repository, and is told apart where it is installed', () => {
    const copy = join(work, 'node_modules', 'attnbench', 'kernels');
    mkdirSync(copy, { recursive: true });
    writeFileSync(join(copy, 'contract.ts'), 'export {};\n');
    expect(openPack('node_modules/attnbench', work).side).toEqual({
      label: 'node_modules/attnbench',
      kind: 'installed',
      commit: null,
      dirty: false,
    });
  });

  it('that says nothing of modules is read from a copy, as it was when it was opened', async () => {
    const plain = join(work, 'plain');
    mkdirSync(join(plain, 'scale'), { recursive: true });
    writeFileSync(join(plain, 'contract.ts'), 'export {};\n');
    writeFileSync(join(plain, 'scale', 'kernel.ts'), "export default { mechanism: 'plain' };\n");
    const pack = openPack('plain', work);
    writeFileSync(join(plain, 'scale', 'kernel.ts'), "export default { mechanism: 'changed' };\n");
    expect((await loadKernel('scale', pack.kernels)).kernel.mechanism).toBe('plain');
    expect((await loadKernel('scale', openPack('plain', work).kernels)).kernel.mechanism).toBe('changed');
    // A package.json that Node could not read is none.
    writeFileSync(join(plain, 'package.json'), '{ "type":');
    expect((await loadKernel('scale', openPack('plain', work).kernels)).kernel.mechanism).toBe('changed');
  });

  it('is, without a name, that of the current folder, else the one that this attnbench runs from', () => {
    expect(fileURLToPath(currentPack(repository).kernels)).toBe(join(repository, 'kernels/'));
    expect(fileURLToPath(currentPack(work).kernels)).toBe(
      fileURLToPath(new URL('../../kernels/', import.meta.url)),
    );
  });
});

it('a pack from a packed version is what npm pack wrote', async () => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', work], { cwd: repository });
  const pack = openPack('attnbench-9.9.9.tgz', work);
  expect(pack.side.kind).toBe('installed');
  expect((await loadKernel('scale', pack.kernels)).kernel.summary).toBe('two');
});

describe('what is no pack is told in one sentence', () => {
  it.each<readonly [string, string]>([
    ['mian', "'mian' is no folder, and git knows no such revision; did you mean 'main'?"],
    [
      '0123456',
      "'0123456' is no folder, and git knows no such revision; git branch --all and git tag list those there are",
    ],
    ['--output=x', "'--output=x' is no folder, revision or installed version"],
    [
      'npm:attnbench',
      "'npm:attnbench' names no version; write npm:attnbench@1.2.3, or a folder in node_modules",
    ],
    [
      'kernels/scale',
      'kernels/scale holds no kernels: there is no kernels/contract.ts in it; name an attnbench checkout or its kernels folder',
    ],
  ])('%s', (word, sentence) => {
    expect(() => openPack(word, repository)).toThrow(sentence);
  });

  it('a revision without kernels, and a file that is no archive', () => {
    git('checkout', '-q', '--orphan', 'bare');
    git('rm', '-rqf', '.');
    write('a.txt', 'a');
    commit('no kernels');
    git('checkout', '-q', 'main');
    expect(() => openPack('bare', repository)).toThrow(
      "revision 'bare' has no kernels folder to compare with",
    );
    writeFileSync(join(work, 'x.tgz'), 'no archive');
    expect(() => openPack('x.tgz', work)).toThrow(/^x\.tgz is no packed version of attnbench: /);
  });

  it('a folder outside every repository', () => {
    expect(() => openPack('main', work)).toThrow(`${work} lies in no git repository`);
  });
});
