/** One case from its parameters to its record: refused, or checked, timed and checked again. */
import type { Cost, Kernel, Params, Refusal, Tensors } from '../kernels/contract.ts';
import type { CaseCalls } from './calls.ts';
import type { GpuContext } from './context.ts';
import { KernelError, OutOfMemoryError } from './errors.ts';
import { CaseExecutor } from './executor.ts';
import { freshSeed } from './fresh-seed.ts';
import { createInputs } from './inputs.ts';
import type { Host } from './host.ts';
import type { LoadedKernel, Program } from './program.ts';
import { programText } from './program.ts';
import type { CaseRecord, PassRecord, Peaks } from './record.ts';
import { plannedBytes } from './refusal.ts';
import { impossible } from './roofline.ts';
import type { SamplingPolicy } from './sampling.ts';
import { takeSamples } from './sampling.ts';
import { median } from './stats.ts';
import { checkCall, prepareProgram } from './verify.ts';
import { WatchedCalls } from './watched-calls.ts';
import { workgroupFacts } from './wgsl-workgroup.ts';

export interface CaseRequest {
  readonly id: string;
  readonly suite: string;
  readonly params: Params;
  readonly policy: SamplingPolicy;
  /** Seeds the inputs of the check: the same case gets the same numbers in every run. What is timed is drawn fresh. */
  readonly seed: string;
  /** What the adapter can do at most: a case that claims more is invalid. Absent or null: no case is held against it. */
  readonly peaks?: Peaks | null;
  /** `default`: whatever the tuning table says. */
  readonly shapes?: 'tuned' | 'default';
}

/** The set of the check before timing. */
const checkedSet = 0;

/** The inputs of a case: a set that is the same in every run, for the check, and one that nobody has seen before. */
export const inputSets = (kernel: Kernel, params: Params, seed: string): readonly Tensors[] => [
  createInputs(kernel, params, seed, checkedSet),
  createInputs(kernel, params, freshSeed(), checkedSet + 1),
];

/** Measures a case. Only DeviceLostError and errors that are nobody's fault but the tool's get out. */
export async function measureCase(
  context: GpuContext,
  loaded: LoadedKernel,
  request: CaseRequest,
  session: number,
): Promise<CaseRecord> {
  const { kernel, id: kernelId } = loaded;
  const { params, seed } = request;
  const identity = {
    kind: 'case' as const,
    id: request.id,
    suite: request.suite,
    kernel: kernelId,
    mechanism: kernel.mechanism,
    params,
    session,
  };
  const skipped = ({ code, message }: Refusal, program: Program | null): CaseRecord => ({
    ...identity,
    status: 'skipped',
    reason: { code, message },
    bytes: program === null ? null : plannedBytes(kernel, params, program.plan),
    cost: program === null ? null : recordedCost(kernel, params),
  });

  let executor: CaseExecutor | null = null;
  try {
    const prepared = await prepareProgram(context, loaded, params, request.shapes);
    if (prepared.kind === 'refused') return skipped(prepared, prepared.program);
    const { program } = prepared;
    const sets = inputSets(kernel, params, seed);
    try {
      executor = await CaseExecutor.create(context, loaded, params, program, sets);
    } catch (error) {
      if (error instanceof OutOfMemoryError)
        return skipped({ code: 'memory', message: error.message }, program);
      throw error;
    }
    const source = { hash: program.hash, passes: program.plan.passes.map(({ shader }) => shader) };
    const facts = {
      variant: program.plan.variant,
      cost: recordedCost(kernel, params),
      source,
      ...(program.shape === null ? {} : { shape: program.shape }),
    };
    return await checkAndTime(context, kernel, executor, request, sets, async () => ({
      subject: { ...identity, ...facts },
      passes: await passRecords(program, context.host),
    }));
  } catch (error) {
    context.refuseLost();
    if (!(error instanceof KernelError)) throw error;
    return { ...identity, status: 'failed', reason: { code: 'kernel', message: error.message } };
  } finally {
    executor?.destroy();
  }
}

/** What records say it costs. */
export const recordedCost = (kernel: Kernel, params: Params): Cost =>
  kernel.claimedCost?.(params) ?? kernel.cost(params);

/** What a record says of a case whether or not its numbers are right: its identity, and what ran. */
type Subject = Omit<Extract<CaseRecord, { status: 'wrong' }>, 'status' | 'reason' | 'check' | 'bytes'>;

export interface Description {
  readonly subject: Subject;
  /** Null for what is not made of our passes. */
  readonly passes: PassRecord[] | null;
}

/**
 * The gate and the samples: one checked call, then timed calls that are watched. `sets` are handed over. `describe` is asked after the checked call, when
 * what ran has shown itself; what it waits for is over before anything is timed.
 */
export async function checkAndTime(
  context: GpuContext,
  kernel: Kernel,
  executor: CaseCalls,
  { params, policy, seed, peaks }: CaseRequest,
  sets: readonly Tensors[],
  describe: () => Promise<Description>,
): Promise<CaseRecord> {
  const { verdict, callNs } = await checkCall(
    executor,
    { kernel },
    params,
    sets[checkedSet],
    checkedSet,
    seed,
  );
  const { subject, passes } = await describe();
  if (verdict.kind === 'wrong') {
    return {
      ...subject,
      status: 'wrong',
      reason: { code: 'wrong', message: verdict.message },
      check: verdict.check,
      bytes: executor.bytes(),
    };
  }
  const nowNs = (): number => context.host.nowNs();
  const watched = new WatchedCalls({ executor, kernel, params, sets, seed: freshSeed(), nowNs });
  const { lastSet, ...samples } = await takeSamples(
    watched,
    policy,
    context.clock,
    () => nowNs() - watched.watchingNs,
  );
  const timeline = executor.tracedCall === undefined ? null : await executor.tracedCall(lastSet);
  const measured = {
    ...subject,
    check: verdict.check,
    ...samples,
    gpuNs: [...samples.gpuNs],
    wallNs: [...samples.wallNs],
    encodeNs: [...samples.encodeNs],
    submitNs: [...samples.submitNs],
    cpuNs: [...samples.cpuNs],
    passNs: Object.fromEntries(Object.entries(samples.passNs).map(([name, ns]) => [name, [...ns]])),
    compileNs: executor.compileNs,
    firstDispatchNs: callNs,
    inputSets: executor.inputSets,
    bytes: executor.bytes(),
    ...(passes === null ? {} : { passes }),
    ...(timeline === null ? {} : { timeline }),
  };
  if (samples.wallNs.length === 0) {
    return {
      ...measured,
      status: 'invalid',
      reason: { code: 'clock', message: 'every sample was dropped: its timestamps ran backwards' },
    };
  }
  const problem = await watched.problem();
  if (problem !== null) {
    return {
      ...measured,
      status: 'invalid',
      reason: { code: 'output', message: `right when it was checked, wrong while it was timed: ${problem}` },
    };
  }
  const tooFast = peaks
    ? impossible(peaks, {
        cost: kernel.cost(params),
        precision: params.precision,
        medianNs: median(samples.gpuNs.length > 0 ? samples.gpuNs : samples.wallNs),
        hasMatrixUnits: context.caps.subgroupMatrices.length > 0,
      })
    : null;
  return tooFast === null
    ? { ...measured, status: 'ok', reason: null }
    : { ...measured, status: 'invalid', reason: { code: 'roofline', message: tooFast } };
}

/** What ran, pass by pass. */
async function passRecords(program: Program, host: Host): Promise<PassRecord[]> {
  const { passes } = await programText(program, host);
  return program.passes.map(({ pass, code }, index): PassRecord => {
    const { size, bytes } = workgroupFacts(code, pass.entryPoint, pass.overrides);
    return {
      name: pass.name,
      shader: pass.shader,
      hash: passes[index].hash,
      workgroups: pass.workgroups,
      workgroupSize: size,
      workgroupBytes: bytes,
      cost: pass.cost ?? null,
    };
  });
}
