/** Compiled pipelines, shared by every case of a session whose specialised WGSL is the same. */
import { KernelError } from './errors.ts';
import type { Host } from './host.ts';
import type { SpecialisedPass } from './program.ts';
import { sourceLocation } from './program.ts';

export interface CompiledPipeline {
  readonly pipeline: GPUComputePipeline;
  /** What compiling took, once; the driver may put the rest of the work into the first dispatch. */
  readonly compileNs: number;
}

export class PipelineCache {
  private readonly device: GPUDevice;
  private readonly host: Host;
  private readonly compiled = new Map<string, Promise<CompiledPipeline>>();

  constructor(device: GPUDevice, host: Host) {
    this.device = device;
    this.host = host;
  }

  /** Throws KernelError with the file's own line when the WGSL is refused. */
  get(pass: SpecialisedPass): Promise<CompiledPipeline> {
    const { entryPoint = 'main', overrides = {} } = pass.pass;
    const key = JSON.stringify([entryPoint, overrides, pass.code]);
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const pipeline = this.compile(pass, { entryPoint, constants: overridesAsNumbers(overrides) });
    this.compiled.set(key, pipeline);
    return pipeline;
  }

  private async compile(
    { code, segments, pass }: SpecialisedPass,
    stage: Pick<GPUProgrammableStage, 'entryPoint' | 'constants'>,
  ): Promise<CompiledPipeline> {
    const started = this.host.nowNs();
    this.device.pushErrorScope('validation');
    const module = this.device.createShaderModule({ label: pass.shader, code });
    const info = await this.host.wait(module.getCompilationInfo());
    const errors = info.messages.filter(({ type }) => type === 'error');
    if (errors.length > 0) {
      await this.host.wait(this.device.popErrorScope());
      const [first] = errors;
      throw new KernelError(
        `${sourceLocation(segments, first.lineNum, first.linePos)}: ${first.message.split('\n')[0]}`,
      );
    }
    const [outcome] = await Promise.all([
      this.host.wait(
        this.device
          .createComputePipelineAsync({
            label: pass.name,
            layout: 'auto',
            compute: { module, ...stage },
          })
          .then(
            (pipeline) => ({ pipeline, message: null }),
            (error: unknown) => ({
              pipeline: null,
              message: error instanceof Error ? error.message : String(error),
            }),
          ),
      ),
      this.device.popErrorScope(),
    ]);
    if (outcome.pipeline === null) throw new KernelError(`${pass.shader}: ${outcome.message}`);
    return { pipeline: outcome.pipeline, compileNs: this.host.nowNs() - started };
  }
}

/** WebGPU takes the value of a bool as 0 or 1. */
const overridesAsNumbers = (overrides: Readonly<Record<string, number | boolean>>): Record<string, number> =>
  Object.fromEntries(Object.entries(overrides).map(([name, value]) => [name, Number(value)]));
