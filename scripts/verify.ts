/** `attnbench verify`: runs shapes or golden vectors through sessions that may die, and says what each came to. */
import type { Caps, Params, Precision, Shape } from '../kernels/contract.ts';
import { precisions } from '../kernels/contract.ts';
import { axisValuesOf, caseId, parseCaseId } from '../harness/case-id.ts';
import { contractCases, otherShapes, shapedContractCases } from '../harness/contract-cases.ts';
import { UsageError } from '../harness/errors.ts';
import type { KernelFile } from '../harness/hosts/kernel-files.ts';
import { kernelIds, loadKernel, loadKernels } from '../harness/hosts/kernel-folders.ts';
import type { DeviceSession } from '../harness/hosts/session.ts';
import type { SessionHost } from '../harness/hosts/session-host.ts';
import type { KernelAddress } from '../harness/session-messages.ts';
import { resolveParams } from '../harness/params.ts';
import type { LoadedKernel } from '../harness/program.ts';
import type { Check } from '../harness/record.ts';
import type { GoldenVector, VectorOutputError } from '../harness/vectors.ts';

/** A case of a kernel, to be checked against the float64 reference. */
export interface ShapeJob {
  readonly id: string;
  readonly kernel: string;
  readonly params: Params;
  /** Null: the kernel's default. */
  readonly shape: Shape | null;
}

/** wrong: the numbers differ. failed: there are no numbers: it does not compile, memory is short, its process crashed or hung. */
export type ShapeResult = ShapeJob &
  (
    | { readonly result: 'passed'; readonly check: Check }
    | { readonly result: 'wrong'; readonly check: Check; readonly message: string }
    | { readonly result: 'refused'; readonly message: string }
    | { readonly result: 'failed' | 'crashed'; readonly message: string }
  );

export interface VectorJob {
  readonly vector: GoldenVector;
  readonly file: string;
  readonly kernel: string;
  readonly precision: Precision;
}

export type VectorResult = Omit<VectorJob, 'vector'> & {
  readonly name: string;
  readonly mechanism: string;
} & (
    | { readonly result: 'passed' | 'wrong'; readonly outputs: readonly VectorOutputError[] }
    | { readonly result: 'unsupported' | 'bad file' | 'failed' | 'crashed'; readonly message: string }
  );

const shapeJob = ({ id, kernel }: LoadedKernel, params: Params, shape: Shape | null = null): ShapeJob => ({
  id: caseId('verify', id, kernel.axes, params),
  kernel: id,
  params,
  shape,
});

/** What the jobs leave out: the other shapes of the cases named, or those of the contract cases. Which there are, the adapter decides. */
export async function otherShapeJobs(
  jobs: readonly ShapeJob[],
  named: boolean,
  caps: Caps,
): Promise<readonly ShapeJob[]> {
  const known = kernelIds();
  // A kernel that was brought along has one way only.
  const ids = new Set(jobs.map(({ kernel }) => kernel).filter((id) => known.includes(id)));
  const kernels = await loadKernels([...ids]);
  return kernels.flatMap((loaded) => {
    const own = jobs.filter(({ kernel }) => kernel === loaded.id);
    const shaped = named
      ? own.flatMap(({ params }) => otherShapes(loaded.kernel, params, caps))
      : shapedContractCases(loaded.kernel, caps);
    return shaped.map(({ params, shape }) => shapeJob(loaded, params, shape));
  });
}

/** The kernels that a call is about: those named, and those brought along; all there are where it says neither. */
export async function askedKernels(
  names: readonly string[] | null,
  files: readonly KernelFile[],
): Promise<readonly LoadedKernel[]> {
  const ids = names ?? (files.length > 0 ? [] : kernelIds());
  return [...(await loadKernels(ids)), ...files];
}

/** Contract shapes of the kernels asked for, or the cases named. Throws UsageError. */
export async function shapeJobs(
  ids: readonly string[],
  kernels: readonly string[] | null,
  files: readonly KernelFile[] = [],
): Promise<readonly ShapeJob[]> {
  if (ids.length === 0) {
    const loaded = await askedKernels(kernels, files);
    return loaded.flatMap((one) => contractCases(one.kernel).map((params) => shapeJob(one, params)));
  }
  if (kernels !== null) {
    throw new UsageError('a case id names its kernel already; leave out --kernels or the case ids');
  }
  return Promise.all(
    ids.map(async (id) => {
      const parsed = parseCaseId(id);
      const loaded = files.find((file) => file.id === parsed.kernel) ?? (await loadKernel(parsed.kernel));
      return shapeJob(loaded, resolveParams(loaded.kernel.axes, axisValuesOf(parsed, loaded.kernel.axes)));
    }),
  );
}

/** Every vector for every kernel of its mechanism, in every precision. */
export function vectorJobs(
  vectors: readonly { readonly file: string; readonly vector: GoldenVector }[],
  kernels: readonly LoadedKernel[],
): readonly VectorJob[] {
  return vectors.flatMap(({ file, vector }) =>
    kernels
      .filter(({ kernel }) => kernel.mechanism === vector.mechanism)
      .flatMap(({ id }) => precisions.map((precision) => ({ file, vector, kernel: id, precision }))),
  );
}

const caseTimeoutSeconds = 120;

/** Opens a session when it is first asked, and a fresh one after one has ended. */
export class VerifySessions {
  private readonly host: SessionHost;
  private readonly files: readonly KernelFile[];
  private session: DeviceSession | null = null;
  private number = 0;

  constructor(host: SessionHost, files: readonly KernelFile[] = []) {
    this.host = host;
    this.files = files;
  }

  private addressOf(kernel: string): KernelAddress {
    const source = this.files.find(({ id }) => id === kernel)?.source;
    return source === undefined ? { kernel } : { kernel, source };
  }

  private async open(): Promise<DeviceSession> {
    this.session ??= await this.host.open({ number: ++this.number, caseTimeoutSeconds });
    return this.session;
  }

  /** What the adapter calls itself. */
  async adapterName(): Promise<string> {
    const { adapter } = (await this.open()).facts;
    return `${adapter.description || adapter.device || adapter.vendor} (${adapter.name})`;
  }

  /** What a kernel's shapes depend on. */
  async caps(): Promise<Caps> {
    return (await this.open()).facts.caps;
  }

  async shape(job: ShapeJob): Promise<ShapeResult> {
    const session = await this.open();
    const { kernel, params, shape } = job;
    const reply = await session.verify({ kind: 'verify', ...this.addressOf(kernel), params, shape });
    if (reply.kind !== 'verified') return { ...job, result: 'crashed', message: this.ended(reply) };
    const { result } = reply;
    switch (result.kind) {
      case 'right':
        return { ...job, result: 'passed', check: result.check };
      case 'wrong':
        return { ...job, result: 'wrong', check: result.check, message: result.message };
      case 'refused':
        return { ...job, result: 'refused', message: result.message };
      case 'error':
        return { ...job, result: 'failed', message: result.message };
    }
  }

  async vector({ vector, file, kernel, precision }: VectorJob): Promise<VectorResult> {
    const about = { file, kernel, precision, name: vector.name, mechanism: vector.mechanism };
    const session = await this.open();
    const reply = await session.compare({ kind: 'vector', ...this.addressOf(kernel), vector, precision });
    if (reply.kind !== 'compared') return { ...about, result: 'crashed', message: this.ended(reply) };
    const { result } = reply;
    switch (result.kind) {
      case 'passed':
        return { ...about, result: 'passed', outputs: result.outputs };
      case 'failed':
        return { ...about, result: 'wrong', outputs: result.outputs };
      case 'unsupported':
        return { ...about, result: 'unsupported', message: result.message };
      case 'error':
        return {
          ...about,
          result: result.code === 'vector' ? 'bad file' : 'failed',
          message: result.message,
        };
    }
  }

  async close(): Promise<void> {
    await this.session?.close();
    this.session = null;
  }

  private ended(
    reply: { readonly kind: 'timeout'; readonly seconds: number } | { readonly message: string },
  ): string {
    this.session = null;
    return 'seconds' in reply ? `no answer within ${reply.seconds} s` : reply.message;
  }
}
