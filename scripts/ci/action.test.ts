import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { main } from '../cli.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
  outputs: z.record(z.string(), z.object({ description: z.string(), value: z.string() })),
  runs: z.object({
    using: z.literal('composite'),
    steps: z.array(
      z.object({
        id: z.string().optional(),
        if: z.string().optional(),
        shell: z.literal('bash').optional(),
        run: z.string().optional(),
        uses: z.string().optional(),
        env: z.record(z.string(), z.string()).optional(),
        with: z.record(z.string(), z.string()).optional(),
      }),
    ),
  }),
});
const text = readFileSync(join(root, 'action.yml'), 'utf8');
const action = actionSchema.parse(parse(text));
const { steps } = action.runs;

const all = (pattern: RegExp, within: string): readonly string[] =>
  [...within.matchAll(pattern)].map(([, name]) => name);

async function helpOf(command: string): Promise<string> {
  let out = '';
  const io = {
    out: (said: string) => void (out += said),
    err: () => undefined,
    interactive: false,
    columns: 100,
  };
  await main([command, '--help'], io);
  return out;
}

describe('action.yml', () => {
  it('uses the inputs that it declares, all of them and no other', () => {
    const used = new Set(all(/inputs\.([\w-]+)/g, text));
    expect([...used].sort()).toEqual(Object.keys(action.inputs).sort());
  });

  it('reads outputs of steps that are there', () => {
    const ids = steps.flatMap(({ id }) => (id === undefined ? [] : [id]));
    for (const id of all(/steps\.([\w-]+)\./g, text)) expect(ids).toContain(id);
  });

  it('gives every shell step a shell, and what people write into inputs to no shell as text', () => {
    for (const { run, shell } of steps) {
      expect(run === undefined).toBe(shell === undefined);
      expect(run ?? '').not.toContain('${{');
    }
  });

  it('runs scripts that are there', () => {
    const scripts = all(/(scripts\/ci\/[\w.-]+)/g, text);
    expect(scripts.length).toBeGreaterThan(2);
    for (const script of scripts) expect(existsSync(join(root, script))).toBe(true);
  });

  it('fails last: what was found is commented and uploaded before', () => {
    const last = steps.at(-1);
    expect(last?.run).toContain('exit');
    expect(last?.env).toEqual({ CODE: '${{ steps.compare.outputs.exit-code }}' });
  });
});

describe('compare.sh', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attnbench-compare-sh-'));
  beforeAll(() => {
    execFileSync('git', ['init', '--quiet', folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const script = join(root, 'scripts', 'ci', 'compare.sh');
  function ended(...words: readonly string[]): { readonly code: number; readonly said: string } {
    try {
      execFileSync(script, words, { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
      return { code: 0, said: '' };
    } catch (error) {
      const { status, stderr } = z.object({ status: z.number(), stderr: z.string() }).parse(error);
      return { code: status, said: stderr };
    }
  }

  it('asks compare for options and formats that it has', async () => {
    const help = await helpOf('compare');
    const source = readFileSync(script, 'utf8');
    for (const option of all(/ (--[a-z-]+)/g, source.slice(source.indexOf('compare --base')))) {
      expect(help).toContain(option);
    }
    for (const format of /--format (\S+)/.exec(source)?.[1].split(',') ?? ['none named']) {
      expect(help).toMatch(new RegExp(`^  ${format} `, 'm'));
    }
  });

  it('says what is missing', () => {
    expect(ended()).toMatchObject({ code: 2, said: expect.stringContaining('usage: compare.sh') });
    expect(ended('0000000000', 'out')).toMatchObject({ code: 5, said: expect.stringContaining('no base') });
    writeFileSync(join(folder, 'file'), '');
    expect(ended('0123456789abcdef0123456789abcdef01234567', 'out')).toMatchObject({
      code: 2,
      said: expect.stringContaining('there is no commit 0123456789abcdef'),
    });
  });

  it('tells the last step how it ended, also where nothing was compared', () => {
    const outputs = join(folder, 'outputs');
    const env = { ...process.env, GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: outputs };
    const end = (base: string): unknown => {
      rmSync(outputs, { force: true });
      expect(() => execFileSync(script, [base, 'out'], { cwd: folder, stdio: 'pipe', env })).toThrow(
        'compare.sh',
      );
      return readFileSync(outputs, 'utf8');
    };
    expect(end('0000000000')).toBe('exit-code=5\nfolder=out\n');
    expect(end('0123456789abcdef0123456789abcdef01234567')).toBe('exit-code=2\nfolder=out\n');
  });
});

describe('docs/ci.md', () => {
  const page = readFileSync(join(root, 'docs', 'ci.md'), 'utf8');
  const blocks = [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, code]) => ({
    language,
    code,
  }));

  it('has YAML that can be read, and gives the action inputs that it has', () => {
    const given = blocks
      .filter(({ language }) => language === 'yaml')
      .flatMap(({ code }) => {
        expect(() => void parse(code)).not.toThrow();
        return all(/uses: attnbench\/attnbench@v0\n\s+with:\n((?:\s+[\w-]+: .*\n)+)/g, code);
      })
      .flatMap((lines) => all(/^\s*([\w-]+):/gm, lines));
    expect(given.length).toBeGreaterThan(3);
    for (const input of given) expect(Object.keys(action.inputs)).toContain(input);
  });

  it('types commands and options that there are', async () => {
    const typed = blocks.flatMap(({ code }) =>
      [...code.matchAll(/attnbench (run|merge|report|calibrate|doctor)((?: [^\n&'"]+)?)/g)].map(
        ([, command, rest]) => ({
          command,
          options: all(/(--[a-z-]+)/g, rest),
        }),
      ),
    );
    expect(typed.length).toBeGreaterThan(3);
    for (const { command, options } of typed) {
      const help = await helpOf(command);
      for (const option of options) expect(help).toContain(option);
    }
  });
});
