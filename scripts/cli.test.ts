import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { captured } from './testing/captured-io.ts';

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'attnbench-cli-'));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describe('a mistake in the call is one sentence and exit code 2', () => {
  test.each<readonly [string, string]>([
    ['lst', "unknown command 'lst'; did you mean 'list'?"],
    [
      'frobnicate',
      "unknown command 'frobnicate'; there are list, run, report, profile, verify, merge, peaks, tune, compare, calibrate, history, serve, doctor, new-kernel",
    ],
    ['list --shrd 1/2', "unknown option '--shrd'; did you mean '--shard'?"],
    ['help pofile', "unknown command 'pofile'; did you mean 'profile'?"],
    ['list --zzzzzz', "unknown option '--zzzzzz'; attnbench list --help shows what it takes"],
    ['list --shard', "option '--shard <i/n>' argument missing; attnbench list --help shows what it takes"],
    [
      'doctor now',
      "too many arguments for 'doctor': expected 0 arguments but got 1; attnbench doctor --help shows what it takes",
    ],
    ['merge --out x', "missing required argument 'folders'; attnbench merge --help shows what it takes"],
    [
      'merge x',
      "required option '-o, --out <folder>' not specified; attnbench merge --help shows what it takes",
    ],
    ['list smoek', "unknown suite 'smoek'; did you mean 'smoke'?"],
    ['list copy', "'copy' is a kernel, not a suite; write copy:n=1024 for one case, or quick --kernels copy"],
    ['list smoke --kernels copi', "unknown kernel 'copi'; did you mean 'copy'?"],
    ['list smoke --kernels copy,', "--kernels takes names separated by commas, not 'copy,'"],
    ['list gqa --kernels copy', 'none of gqa measures copy'],
    ['list copi:n=4', "unknown kernel 'copi'; did you mean 'copy'?"],
    ['list smok/copy:n=4', "unknown suite 'smok'; did you mean 'smoke'?"],
    ['list copy:n', "'n' in case id 'copy:n' is not axis=value"],
    ['list copy:n=0', "axis 'n' is a whole number from 1, not '0'"],
    ['list copy:n=4 -a hedas=2', "unknown axis 'hedas'; did you mean 'heads'?"],
    ['list smoke -a n', "'n' is not axis=value, axis=value,value or axis=first:last:*factor"],
    [
      'list smoke -a precision=f23',
      "axis 'precision' is one of f32, f16, f16s, not 'f23'; did you mean 'f32'?",
    ],
    ['list -a n=3', '-a and --shard need a suite or case id, such as: attnbench list scaling -a n=1024'],
    ['list --kernels copi', "unknown kernel 'copi'; did you mean 'copy'?"],
    [
      'list smoke --shard 3/2',
      "'3/2' is not a shard; write index/count with an index from 1 to count, such as 1/4",
    ],
    ['list copy:heads=6,kvHeads=4', 'kvHeads must divide heads, and 4 does not divide 6'],
    ['run', 'name a suite or a case id, such as: attnbench run quick (attnbench list shows all)'],
    ['run copy:n=many', "axis 'n' is a whole number from 1, not 'many'"],
    ['run copy:nn=4', "unknown axis 'nn'; did you mean 'n'?"],
    ['run quick --budget never', "--budget takes seconds above 0, not 'never'"],
    ['run quick --case-timeout 0', "--case-timeout takes seconds above 0, not '0'"],
    ['verify --kernels cpy', "unknown kernel 'cpy'; did you mean 'copy'?"],
    [
      'verify copy:n=4 --kernels copy',
      'a case id names its kernel already; leave out --kernels or the case ids',
    ],
    ['verify copy:n=4 --vectors x', 'give either case ids or --vectors, not both'],
    ['verify --vectors /nowhere', 'there is no file or folder /nowhere to read vectors from'],
    [
      'merge /nowhere --out x',
      '/nowhere holds no run: there is no /nowhere/records.jsonl; name a folder that attnbench run has written',
    ],
    ['report /nowhere --format htlm', "unknown report format 'htlm'; did you mean 'html'?"],
    [
      'report /nowhere',
      '/nowhere holds no run: there is no /nowhere/records.jsonl; name a folder that attnbench run has written',
    ],
    ['profile', 'name a case id, such as: attnbench profile flash:n=1024, or the folder of an earlier run'],
    ['profile flsh:n=4', "unknown kernel 'flsh'; did you mean 'flash'?"],
    ['profile copy:n=0', "axis 'n' is a whole number from 1, not '0'"],
    ['profile copy:n=4 -a hedas=2', "unknown axis 'hedas'; did you mean 'heads'?"],
    [
      'profile tfjs:n=64',
      "tfjs:n=64 is a library's: its calls are timed as a whole, and its passes cannot be told apart",
    ],
    [
      'profile runs/nowhere',
      'there is no folder runs/nowhere, and it is no case id; one looks like quick/flash:n=1024',
    ],
    [
      'profile quick',
      "'quick' is a suite; profile takes case ids such as quick/flash:n=1024, or the folder of a run of it",
    ],
    ['profile copy:n=4 --format htlm', "unknown profile format 'htlm'; did you mean 'html'?"],
    [
      'profile --from /nowhere',
      '/nowhere holds no run: there is no /nowhere/records.jsonl; name a folder that attnbench run has written',
    ],
    [
      'profile --from /nowhere copy:n=4 -a n=8 --dump',
      '/nowhere is drawn as it was measured; leave out -a, --dump, or the folder',
    ],
    ['tune cpy', "unknown kernel 'cpy'; did you mean 'copy'?"],
    ['tune naive', "kernel 'naive' has one shape only; there is nothing to tune"],
    ['tune --budget soon', "--budget takes seconds above 0, not 'soon'"],
    [
      'run --resume /nowhere --no-tuning',
      '--resume goes on with what /nowhere was asked for; leave out --no-tuning',
    ],
    [
      'new-kernel My_Kernel',
      "'My_Kernel' cannot be a kernel's id: write lower-case letters, digits and single dashes, beginning with a letter",
    ],
    ['new-kernel lib', "'lib' is taken by the project itself; choose another id"],
  ])('attnbench %s', async (line, sentence) => {
    const { code, out, err } = await captured(...line.split(' '));
    expect(err).toBe(`attnbench: ${sentence}\n`);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

test('help goes to stdout and names every command, its options and the exit codes', async () => {
  const bare = await captured();
  expect(bare).toMatchObject({ code: 0, err: '' });
  for (const word of [
    'list',
    'run',
    'report',
    'profile',
    'verify',
    'merge',
    'peaks',
    'tune',
    'compare',
    'calibrate',
    'history',
    'doctor',
    'new-kernel',
    'Exit codes',
  ]) {
    expect(bare.out).toContain(word);
  }
  expect(await captured('--help')).toEqual(bare);
  // A default as one would type it.
  expect((await captured('calibrate', '--help')).out).toContain('(default: 5,10)');
  const run = await captured('run', '--help');
  expect(run.code).toBe(0);
  for (const option of [
    '--out',
    '--adapter',
    '--kernels',
    '--axis',
    '--resume',
    '--shard',
    '--budget',
    '--no-peaks',
    '--json',
  ]) {
    expect(run.out).toContain(option);
  }
});

test('list tells the cases on stdout and the talk on stderr', async () => {
  const { code, out, err } = await captured('list', 'copy:n=8,d=4', '-a', 'heads=1,2');
  expect(code).toBe(0);
  expect(out.split('\n').slice(2)).toEqual([
    expect.stringMatching(/^adhoc\/copy:n=8,heads=1,d=4,precision=f32 +\d+ s$/),
    expect.stringMatching(/^adhoc\/copy:n=8,heads=2,d=4,precision=f32 +\d+ s$/),
    '',
  ]);
  expect(err).toMatch(/^2 cases, about \d+ s \(an estimate\)\n$/);
});

test('list alone tells kernels and suites, fewer with --kernels', async () => {
  const schema = z.object({
    kernels: z.array(z.object({ id: z.string() })),
    suites: z.array(z.object({ name: z.string(), cases: z.number(), estimatedSeconds: z.number() })),
  });
  const of = async (...options: readonly string[]) =>
    schema.parse(JSON.parse((await captured('list', '--json', ...options)).out));
  const all = await of();
  const few = await of('--kernels', 'copy');
  expect(few.kernels.map(({ id }) => id)).toEqual(['copy']);
  expect(all.suites.map(({ name }) => name)).toContain('gqa');
  expect(few.suites.map(({ name }) => name)).not.toContain('gqa');
  const smoke = few.suites.find(({ name }) => name === 'smoke');
  expect(smoke?.cases).toBe(1);
  expect((await captured('list')).out).toMatch(/^copy +copy +different function +- +/m);
});

test('list --json is JSON', async () => {
  const cases = await captured('list', 'adhoc/copy:n=8', '--json', '-a', 'n=8:32:*2', '--shard', '2/2');
  const schema = z.object({ cases: z.array(z.object({ id: z.string(), estimatedSeconds: z.number() })) });
  expect(schema.parse(JSON.parse(cases.out)).cases.map(({ id }) => id)).toEqual([
    'adhoc/copy:n=16,heads=8,d=64,precision=f32',
  ]);
});

test('an unexpected error is one sentence, with its stack only when asked', async () => {
  const broken = {
    out: () => {},
    err: (text: string) => void said.push(text),
    interactive: false,
    columns: 1,
  };
  const said: string[] = [];
  const { main } = await import('./cli.ts');
  const failing = {
    ...broken,
    out: () => {
      throw new TypeError('the pipe broke');
    },
  };
  expect(await main(['list', 'copy:n=8'], failing)).toBe(6);
  expect(said).toEqual(['attnbench: the pipe broke\n']);
  said.length = 0;
  process.env.ATTNBENCH_DEBUG = '1';
  try {
    await main(['list', 'copy:n=8'], failing);
  } finally {
    delete process.env.ATTNBENCH_DEBUG;
  }
  expect(said[1]).toMatch(/TypeError: the pipe broke\n +at /);
});

test('a bad vector file is told by file and field, and the others go on', async () => {
  const tensor = { shape: [1], dtype: 'f64', data: [1] };
  const good = {
    schema: 'attn-golden/1',
    name: 'mine',
    mechanism: 'nobody',
    params: {},
    inputs: {},
    expected: {},
  };
  writeFileSync(join(work, 'a.json'), JSON.stringify({ ...good, inputs: { q: { ...tensor, shape: [2] } } }));
  writeFileSync(join(work, 'b.json'), '{');
  writeFileSync(join(work, 'c.json'), JSON.stringify(good));
  const { code, out, err } = await captured('verify', '--vectors', work);
  expect(code).toBe(2);
  expect(err).toContain(
    `${join(work, 'a.json')}: field 'inputs.q': the shape and the count of data differ\n`,
  );
  expect(err).toContain(`${join(work, 'b.json')} is not JSON`);
  expect(out).toMatch(/mine +nobody +- +- +unsupported +no kernel computes this mechanism/);
  expect(out).toContain('0 of 0 comparisons passed');
});

test('the launcher works from another folder', () => {
  const bin = fileURLToPath(new URL('../bin/attnbench.mjs', import.meta.url));
  // Another project's tsconfig.json must not matter.
  writeFileSync(join(work, 'theirs.ts'), 'throw new Error("theirs");');
  writeFileSync(
    join(work, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { paths: { commander: ['./theirs.ts'] } } }),
  );
  const version = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;
  const ran = spawnSync(process.execPath, [bin, '--version'], { cwd: work, encoding: 'utf8' });
  expect(ran).toMatchObject({ stdout: `${version}\n`, stderr: '', status: 0 });
  const bench = fileURLToPath(new URL('bench.mjs', import.meta.url));
  const listed = spawnSync(process.execPath, [bench, 'list', 'copy:n=8'], { cwd: work, encoding: 'utf8' });
  expect(listed.status).toBe(0);
  expect(listed.stdout).toContain('adhoc/copy:n=8');
});
