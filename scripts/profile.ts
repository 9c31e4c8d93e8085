/** `attnbench profile`: measures cases or reads a run, prints where their time goes, writes the files. */
import { join } from 'node:path';
import { looksLikeCaseId, parseCaseId } from '../harness/case-id.ts';
import { EnvironmentError, UsageError } from '../harness/errors.ts';
import { loadKernelFiles } from '../harness/hosts/kernel-files.ts';
import { peerIds } from '../harness/hosts/peer-folders.ts';
import { readRun } from '../harness/hosts/run-folder.ts';
import type { SessionHost } from '../harness/hosts/session-host.ts';
import { suiteNames } from '../harness/hosts/suite-files.ts';
import { didYouMean } from '../harness/nearest.ts';
import type { CaseRecord, Run } from '../harness/record.ts';
import type { ProfileFormat } from '../reports/formats.ts';
import { comparisonsOf } from '../reports/profile/compare.ts';
import type { Profile } from '../reports/profile/profile.ts';
import { peerHasNoProfile, profileOf } from '../reports/profile/profile.ts';
import { terminalProfile } from '../reports/profile/terminal.ts';
import type { HostWords } from './choose-host.ts';
import { dumpPrograms } from './dump-programs.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes, worstExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { counted, outJson } from './io.ts';
import { planSweep } from './plan-sweep.ts';
import { endOfRun } from './run-exit.ts';
import { measureSweep } from './run-sweep.ts';

interface Output {
  readonly json: boolean;
  /** Undefined for all. */
  readonly formats: readonly ProfileFormat[] | undefined;
}

export interface ProfileRequest {
  readonly commandLine: string;
  readonly ids: readonly string[];
  readonly adapter: string | null;
  readonly where: HostWords;
  /** `-a` words as typed. */
  readonly axes: readonly string[];
  readonly kernelFiles: readonly string[];
  readonly out: string | null;
  readonly dump: boolean;
  readonly peaks: boolean;
  readonly secondsPerCase: number | null;
  readonly caseTimeoutSeconds: number;
}

const folderIn = (out: string): string => join(out, 'profile');

/** Prints and writes what there is. Throws the one sentence that says why when there is nothing. */
async function show(profile: Profile, out: string, { json, formats }: Output, io: Io): Promise<void> {
  refuseEmpty(profile);
  const comparisons = comparisonsOf(profile);
  if (!json) io.out(terminalProfile(profile, comparisons));
  const { profileData, writeProfile } = await import('../reports/profile/write.ts');
  const files =
    profile.cases.length === 0 ? [] : await writeProfile(profile, comparisons, folderIn(out), formats);
  if (json) outJson(io, { ...profileData(profile, comparisons), files });
  const page = files.find((file) => file.endsWith('.html'));
  if (files.length > 0) io.err(`profile: ${page ?? folderIn(out)}\n`);
}

/** A profile without a case: where none could have one, the first reason is the error. */
function refuseEmpty({ cases, missing }: Profile): void {
  if (cases.length > 0) return;
  const message = (why: string): string | undefined => missing.find((one) => one.why === why)?.message;
  const untimed = message('no timestamps');
  if (untimed !== undefined) throw new EnvironmentError(untimed);
  const unfit = message('a peer') ?? message('old record');
  if (unfit !== undefined) throw new UsageError(unfit);
}

/** Draws a stored run. `ids` are case ids as typed; none for all that the run has. */
export async function profileStored(
  folder: string,
  ids: readonly string[],
  output: Output & { readonly out: string },
  io: Io,
): Promise<ExitCode> {
  const { run, truncated } = readRun(folder);
  if (truncated !== null) io.err(`${truncated}\n`);
  const profile = profileOf(run, ids.length === 0 ? null : await idsIn(run, folder, ids));
  await show(profile, output.out, output, io);
  return profile.cases.length > 0 ? exitCodes.ok : exitCodes.nothingMeasured;
}

const afterSuite = (id: string): string => id.slice(id.indexOf('/') + 1);

/** The run's own ids of the cases asked for. An id without a suite fits whichever suite has it. */
async function idsIn(run: Run, folder: string, words: readonly string[]): Promise<readonly string[]> {
  const known = [...new Set(run.cases.map(({ id }) => id))];
  const found: string[] = [];
  for (const word of words) {
    const fits = (id: string): readonly string[] =>
      known.filter((one) => (word.includes('/') ? one === id : afterSuite(one) === afterSuite(id)));
    // As written in the records first: a kernel need not be here any more to be drawn.
    const matching = fits(word).length > 0 ? fits(word) : fits(await canonicalId(word, run));
    if (matching.length === 0) {
      const near = didYouMean(word, word.includes('/') ? known : known.map(afterSuite));
      throw new UsageError(
        `${folder} has no case '${word}'${near || `; of its ${counted(known.length, 'case')} the first is ${known[0] ?? 'none'}`}`,
      );
    }
    found.push(...matching);
  }
  return [...new Set(found)];
}

/** The id in full, with the axes that were left out. */
async function canonicalId(word: string, { header }: Run): Promise<string> {
  refuseSuite(word);
  const { planned } = await planSweep({
    targets: [word],
    kernels: null,
    axes: [],
    shard: null,
    software: header.adapter.software,
  });
  return planned[0].id;
}

function refuseSuite(word: string): void {
  if (looksLikeCaseId(word) || !suiteNames().includes(word)) return;
  throw new UsageError(
    `'${word}' is a suite; profile takes case ids such as ${word}/flash:n=1024, or the folder of a run of it`,
  );
}

/** A word like a path, where neither a run nor a suite of that name is. */
function refuseLostFolder(word: string): void {
  if (!word.includes('/') || word.includes(':') || suiteNames().includes(word.split('/')[0])) return;
  throw new UsageError(`there is no folder ${word}, and it is no case id; one looks like quick/flash:n=1024`);
}

function refusePeer(id: string): void {
  if (looksLikeCaseId(id) && peerIds().includes(parseCaseId(id).kernel)) {
    throw new UsageError(peerHasNoProfile(id));
  }
}

/** Measures the cases, then draws them. */
export async function profileMeasured(request: ProfileRequest, output: Output, io: Io): Promise<ExitCode> {
  request.ids.forEach(refuseSuite);
  request.ids.forEach(refuseLostFolder);
  request.ids.forEach(refusePeer);
  const { ids: targets, commandLine, adapter, axes, peaks, secondsPerCase, caseTimeoutSeconds } = request;
  const stamp = new Date().toISOString().slice(0, 19).replace(/:/g, '').replace('T', '-');
  const { run, folder, host } = await measureSweep(
    {
      commandLine,
      targets,
      out: request.out ?? join('runs', `profile-${stamp}`),
      adapter,
      where: request.where,
      kernels: null,
      kernelFiles: request.kernelFiles,
      axes,
      resume: null,
      shard: null,
      budgetSeconds: null,
      peaks,
      tuning: true,
      secondsPerCase,
      caseTimeoutSeconds,
      json: false,
    },
    io,
  );
  const profile = profileOf(run);
  await show(profile, folder, output, io);
  if (request.dump) await dump(run, folder, host, request, io);
  const untimed = profile.missing.some(({ why }) => why === 'no timestamps');
  return worstExitCode([endOfRun(run, io), untimed ? exitCodes.environment : exitCodes.ok]);
}

async function dump(
  { cases }: Run,
  folder: string,
  host: SessionHost,
  { kernelFiles, caseTimeoutSeconds }: ProfileRequest,
  io: Io,
): Promise<void> {
  const brought = await loadKernelFiles(kernelFiles);
  const ran = cases.flatMap((record): readonly Extract<CaseRecord, { status: 'ok' }>[] =>
    record.status === 'ok' ? [record] : [],
  );
  const files = await dumpPrograms(ran, brought, host, join(folderIn(folder), 'wgsl'), caseTimeoutSeconds);
  io.err(`${counted(files.length, 'file')} of WGSL and plans: ${join(folderIn(folder), 'wgsl')}\n`);
}
