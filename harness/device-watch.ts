/** Looks over the shoulder of code that is not ours while it uses our device: what it dispatches, what it allocates, when it submits. */

/** What a piece of work did on the device. */
export interface Watched {
  /** The pipelines in the order dispatched, by their own name or their shader's; null for one that has neither. */
  readonly dispatched: readonly (string | null)[];
  /** Bytes of the buffers made, those for reading back and staging left out. */
  readonly bufferBytes: number;
}

const hostUsages = (): number => GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE;

export class DeviceWatch {
  private readonly device: GPUDevice;
  private readonly names = new WeakMap<GPUComputePipeline, string>();
  private readonly createBuffer: GPUDevice['createBuffer'];
  private readonly createEncoder: GPUDevice['createCommandEncoder'];
  private readonly submit: GPUQueue['submit'];

  /** From now on pipelines are known by name. */
  constructor(device: GPUDevice) {
    this.device = device;
    this.createBuffer = device.createBuffer.bind(device);
    this.createEncoder = device.createCommandEncoder.bind(device);
    this.submit = device.queue.submit.bind(device.queue);
    const make = device.createComputePipeline.bind(device);
    const makeLater = device.createComputePipelineAsync.bind(device);
    const named = (pipeline: GPUComputePipeline, descriptor: GPUComputePipelineDescriptor) => {
      this.names.set(pipeline, descriptor.label || descriptor.compute.module.label);
      return pipeline;
    };
    device.createComputePipeline = (descriptor) => named(make(descriptor), descriptor);
    device.createComputePipelineAsync = async (descriptor) => named(await makeLater(descriptor), descriptor);
  }

  /** Runs `work` and tells what it did. Costs time: not to be used around anything timed. */
  async during(work: () => Promise<void>): Promise<Watched> {
    const { device, names, createBuffer, createEncoder } = this;
    const dispatched: (string | null)[] = [];
    let bufferBytes = 0;
    device.createBuffer = (descriptor) => {
      if ((descriptor.usage & hostUsages()) === 0) bufferBytes += descriptor.size;
      return createBuffer(descriptor);
    };
    device.createCommandEncoder = (descriptor) => {
      const encoder = createEncoder(descriptor);
      const begin = encoder.beginComputePass.bind(encoder);
      encoder.beginComputePass = (passDescriptor) => {
        const pass = begin(passDescriptor);
        let current: string | null = null;
        const setPipeline = pass.setPipeline.bind(pass);
        const dispatch = pass.dispatchWorkgroups.bind(pass);
        const dispatchIndirect = pass.dispatchWorkgroupsIndirect.bind(pass);
        pass.setPipeline = (pipeline) => {
          current = names.get(pipeline) || null;
          setPipeline(pipeline);
        };
        pass.dispatchWorkgroups = (...counts) => {
          dispatched.push(current);
          dispatch(...counts);
        };
        pass.dispatchWorkgroupsIndirect = (...where) => {
          dispatched.push(current);
          dispatchIndirect(...where);
        };
        return pass;
      };
      return encoder;
    };
    try {
      await work();
    } finally {
      device.createBuffer = createBuffer;
      device.createCommandEncoder = createEncoder;
    }
    return { dispatched, bufferBytes };
  }

  /** Calls `act` once, right before the next submit. Returns how to call that off. */
  beforeNextSubmit(act: () => void): () => void {
    const { queue } = this.device;
    const { submit } = this;
    const callOff = (): void => {
      queue.submit = submit;
    };
    queue.submit = (commands) => {
      callOff();
      act();
      submit(commands);
    };
    return callOff;
  }
}

/** `CopyKVCache, 2 x FlashAttention`; dispatches without names are counted. */
export function describePath(dispatched: readonly (string | null)[]): readonly string[] {
  const path: { readonly name: string; count: number }[] = [];
  for (const name of dispatched.map((name) => name ?? 'unnamed')) {
    const last = path.at(-1);
    if (last?.name === name) last.count++;
    else path.push({ name, count: 1 });
  }
  return path.map(({ name, count }) => (count === 1 ? name : `${count} x ${name}`));
}
