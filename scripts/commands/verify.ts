import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import type { KernelFile } from '../../harness/hosts/kernel-files.ts';
import { loadKernelFiles } from '../../harness/hosts/kernel-files.ts';
import { refuseUnknownKernels } from '../../harness/hosts/kernel-folders.ts';
import { shapeText } from '../../harness/tuning-table.ts';
import type { GoldenVector } from '../../harness/vectors.ts';
import { parseVector } from '../../harness/vectors.ts';
import { adapterHelp, adapterOption } from '../choose-adapter.ts';
import type { HostWords } from '../choose-host.ts';
import { browserHelp, browserOption, chooseHost, hostHelp, hostOption } from '../choose-host.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes, worstExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { counted, outJson } from '../io.ts';
import {
  collect,
  kernelFileHelp,
  kernelFileOption,
  kernelsHelp,
  kernelsOption,
  wordList,
} from '../options.ts';
import { textTable } from '../text-table.ts';
import type { ShapeResult, VectorResult } from '../verify.ts';
import { askedKernels, otherShapeJobs, shapeJobs, vectorJobs, VerifySessions } from '../verify.ts';

interface VerifyOptions extends HostWords {
  readonly kernels?: readonly string[];
  readonly kernel?: readonly string[];
  readonly vectors?: string;
  readonly adapter: string;
  readonly json?: boolean;
}

const help = `
Without case ids or --vectors every kernel runs odd lengths (1, 7, 63, 100, 1000), causal and not, and the shapes
its author named, in every precision; and each tile shape that its kernel offers on the adapter, at the longest
of these lengths. A case id is run in all of its tile shapes. A refused shape is one that the adapter or the kernel
rules out: it does not count as passed. Of vectors, those that no kernel can read yet are unsupported: they do not
count as passed.

Examples:
  attnbench verify
  attnbench verify --kernels flash --adapter lavapipe
  attnbench verify flash:n=777,d=80,causal=true
  attnbench verify --kernel my-flash.wgsl
  attnbench verify --vectors my-vectors/`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('verify')
    .summary('correctness alone: contract shapes, or given test vectors')
    .description('Compares kernels with their float64 reference, or with golden test vectors. Times nothing.')
    .argument('[case ids...]')
    .option(kernelsOption, kernelsHelp, wordList('--kernels'))
    .option(kernelFileOption, `${kernelFileHelp}; alone without --kernels`, collect)
    .option('--vectors <file or folder>', 'golden test vectors (attn-golden/1) instead of shapes')
    .option(adapterOption, adapterHelp, 'auto')
    .option(hostOption, hostHelp, 'node')
    .option(browserOption, browserHelp)
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((ids: readonly string[], options: VerifyOptions) => act(() => verify(ids, options, io)));
}

async function verify(ids: readonly string[], options: VerifyOptions, io: Io): Promise<ExitCode> {
  const kernels = options.kernels ?? null;
  if (kernels !== null) refuseUnknownKernels(kernels);
  const files = await loadKernelFiles(options.kernel ?? []);
  if (options.vectors === undefined) return verifyShapes(ids, kernels, files, options, io);
  if (ids.length > 0) throw new UsageError('give either case ids or --vectors, not both');
  return verifyVectors(options.vectors, kernels, files, options, io);
}

async function verifyShapes(
  ids: readonly string[],
  kernels: readonly string[] | null,
  files: readonly KernelFile[],
  options: VerifyOptions,
  io: Io,
): Promise<ExitCode> {
  const jobs = await shapeJobs(ids, kernels, files);
  const results = await withSessions(options, files, io, async (sessions) => {
    const done: ShapeResult[] = [];
    const all = [...jobs, ...(await otherShapeJobs(jobs, ids.length > 0, await sessions.caps()))];
    for (const job of all) {
      progress(io, done.length, all.length, job.id);
      done.push(await sessions.shape(job));
    }
    return done;
  });
  if (options.json === true) outJson(io, { shapes: results });
  else io.out(shapesTable(results));
  return worstExitCode([
    ...results.map(({ result }) => shapeCodes[result]),
    ...(results.some(({ result }) => result === 'passed') ? [] : [exitCodes.nothingMeasured]),
  ]);
}

const shapeCodes: Readonly<Record<ShapeResult['result'] | VectorResult['result'], ExitCode>> = {
  passed: exitCodes.ok,
  refused: exitCodes.ok,
  unsupported: exitCodes.ok,
  wrong: exitCodes.wrongNumbers,
  failed: exitCodes.wrongNumbers,
  crashed: exitCodes.lost,
  'bad file': exitCodes.usage,
};

const nameOf = ({ id, shape }: ShapeResult): string =>
  shape === null ? id : `${id} in the shape ${shapeText(shape)}`;

/** One row for each kernel and precision, then what went wrong first in each. */
export function shapesTable(results: readonly ShapeResult[]): string {
  const groups = new Map<string, ShapeResult[]>();
  for (const one of results) {
    const key = `${one.kernel} ${one.params.precision}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const rows = [...groups].map(([name, group]) => {
    const count = (wanted: ShapeResult['result']): string =>
      String(group.filter(({ result }) => result === wanted).length);
    const refusals = new Set(group.flatMap((one) => (one.result === 'refused' ? [one.message] : [])));
    const ill = group.filter(({ result }) => result === 'failed' || result === 'crashed').length;
    const note = refusals.size === 0 ? '' : `refused: ${[...refusals].join('; ')}`;
    return [...name.split(' '), count('passed'), count('refused'), count('wrong'), String(ill), note];
  });
  const bad = [...groups.values()].flatMap((group) => {
    const first = group.find(({ result }) => result !== 'passed' && result !== 'refused');
    return first === undefined || first.result === 'passed'
      ? []
      : [`${nameOf(first)}: ${first.result}: ${first.message}\n`];
  });
  const table = textTable(['kernel', 'precision', 'passed', 'refused', 'wrong', 'failed', ''], rows);
  return bad.length === 0 ? table : `${table}\n${bad.join('')}`;
}

async function verifyVectors(
  path: string,
  kernels: readonly string[] | null,
  files: readonly KernelFile[],
  options: VerifyOptions,
  io: Io,
): Promise<ExitCode> {
  const { vectors, badFiles } = readVectors(path);
  const loaded = await askedKernels(kernels, files);
  const jobs = vectorJobs(vectors, loaded);
  const mechanisms = new Set(loaded.map(({ kernel }) => kernel.mechanism));
  const unknown = vectors.filter(({ vector }) => !mechanisms.has(vector.mechanism));
  const results =
    jobs.length === 0
      ? []
      : await withSessions(options, files, io, async (sessions) => {
          const done: VectorResult[] = [];
          for (const job of jobs) {
            progress(io, done.length, jobs.length, `${job.vector.name} ${job.kernel} ${job.precision}`);
            done.push(await sessions.vector(job));
          }
          return done;
        });
  const withoutKernel = unknown.map(({ file, vector: { name, mechanism } }) => ({ file, name, mechanism }));
  if (options.json === true) outJson(io, { vectors: results, withoutKernel, badFiles });
  else if (vectors.length > 0) {
    io.out(vectorsTable(results, withoutKernel));
    const passed = results.filter(({ result }) => result === 'passed').length;
    io.out(`\n${passed} of ${counted(results.length, 'comparison')} passed\n`);
  }
  const misfits = results.flatMap((one) =>
    one.result === 'bad file' ? [`${one.file}: ${one.message}`] : [],
  );
  for (const message of [...badFiles, ...new Set(misfits)]) io.err(`attnbench: ${message}\n`);
  return worstExitCode([
    ...results.map(({ result }) => shapeCodes[result]),
    ...(badFiles.length > 0 ? [exitCodes.usage] : []),
    ...(results.some(({ result }) => result === 'passed') ? [] : [exitCodes.nothingMeasured]),
  ]);
}

interface VectorFile {
  readonly file: string;
  readonly vector: GoldenVector;
}

/** Reads a vector file, or all .json files of a folder. A bad file is told apart and the others go on. */
function readVectors(path: string): {
  readonly vectors: readonly VectorFile[];
  readonly badFiles: readonly string[];
} {
  if (!existsSync(path)) throw new UsageError(`there is no file or folder ${path} to read vectors from`);
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(path, name))
    : [path];
  if (files.length === 0) throw new UsageError(`${path} holds no .json file to read vectors from`);
  const vectors: VectorFile[] = [];
  const badFiles: string[] = [];
  for (const file of files) {
    try {
      vectors.push({ file, vector: parseVector(readFileSync(file, 'utf8'), file) });
    } catch (error) {
      badFiles.push(error instanceof UsageError ? error.message : `${file} cannot be read: ${String(error)}`);
    }
  }
  return { vectors, badFiles };
}

/** One row for each vector, kernel and precision, and one for each vector without a kernel. */
export function vectorsTable(
  results: readonly VectorResult[],
  withoutKernel: readonly { readonly name: string; readonly mechanism: string }[],
): string {
  const rows = results.map((one) => [
    one.name,
    one.mechanism,
    one.kernel,
    one.precision,
    one.result,
    'message' in one
      ? one.message
      : one.outputs
          .map(
            ({ output, error, tolerance }) =>
              `${output} ${error.toExponential(1)} of ${tolerance.toExponential(1)}`,
          )
          .join(', '),
  ]);
  const others = withoutKernel.map(({ name, mechanism }) => [
    name,
    mechanism,
    '-',
    '-',
    'unsupported',
    'no kernel computes this mechanism',
  ]);
  return textTable(
    ['vector', 'mechanism', 'kernel', 'precision', 'result', 'error of what is allowed'],
    [...rows, ...others],
  );
}

async function withSessions<Result>(
  options: VerifyOptions,
  files: readonly KernelFile[],
  io: Io,
  work: (sessions: VerifySessions) => Promise<Result>,
): Promise<Result> {
  const sessions = new VerifySessions(await chooseHost(options, options.adapter), files);
  try {
    io.err(`on ${await sessions.adapterName()}\n`);
    return await work(sessions);
  } finally {
    if (io.interactive) io.err('\r\u001B[2K');
    await sessions.close();
  }
}

/** One line that is rewritten, for a person who watches; nothing otherwise. */
function progress(io: Io, done: number, of: number, what: string): void {
  if (io.interactive) io.err(`\r\u001B[2K${`[${done + 1}/${of}] ${what}`.slice(0, io.columns - 1)}`);
}
