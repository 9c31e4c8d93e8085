/** A WebGPU adapter: what it is, what it can do, and how a device is opened on it. Runs in any host. */
import type { Caps, SubgroupMatrix } from '../kernels/contract.ts';
import type { AdapterInfo } from './record.ts';

/** What drivers say of themselves; the strings of GPUAdapterInfo. */
export interface AdapterStrings {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

const softwareDrivers = [
  { name: 'lavapipe', mark: /llvmpipe|lavapipe/i },
  { name: 'swiftshader', mark: /swiftshader/i },
  { name: 'warp', mark: /microsoft basic render/i },
] as const;

export type SoftwareName = (typeof softwareDrivers)[number]['name'];

/** Which known software driver this is; null for hardware and for an unknown one. */
export function softwareName(info: AdapterStrings): SoftwareName | null {
  const text = `${info.architecture} ${info.device} ${info.description}`;
  return softwareDrivers.find((driver) => driver.mark.test(text))?.name ?? null;
}

/** A CPU that plays a GPU. Browsers do not always mark theirs as a fallback, so that the strings count too. */
export function isSoftware(info: AdapterStrings): boolean {
  return info.isFallbackAdapter || softwareName(info) !== null;
}

/** The members of GPUSupportedLimits. Its values are getters on a prototype, which only `for in` walks through. */
function limitsOf(limits: GPUSupportedLimits): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const name in limits) {
    const value: unknown = Reflect.get(limits, name);
    if (typeof value === 'number') found[name] = value;
  }
  return found;
}

/** The record of an adapter. `name` is what it is asked for by. */
export function describeAdapter(adapter: GPUAdapter, name: string): AdapterInfo {
  const { info } = adapter;
  return {
    name,
    vendor: info.vendor,
    architecture: info.architecture,
    device: info.device,
    description: info.description,
    software: isSoftware(info),
    features: [...adapter.features].sort(),
    limits: limitsOf(adapter.limits),
    subgroupMinSize: info.subgroupMinSize ?? 0,
    subgroupMaxSize: info.subgroupMaxSize ?? 0,
  };
}

/** The features that kernels and the harness make use of; a device gets those that its adapter has. */
const wantedFeatures: readonly string[] = [
  'timestamp-query',
  'shader-f16',
  'subgroups',
  'subgroup-size-control',
  'chromium-experimental-subgroup-matrix',
];

/** The wanted features that the adapter has. Type declarations lag behind: a name that an adapter lists is a feature name. */
function offeredFeatures(adapter: GPUAdapter): GPUFeatureName[] {
  return wantedFeatures.filter((name): name is GPUFeatureName => adapter.features.has(name));
}

/** Raised to the adapter's own on every device: the defaults would refuse shapes that the adapter can run. */
const raisedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxUniformBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

const member = (of: object, name: string): unknown => Reflect.get(of, name);

/** Shapes of the matrix units. Type declarations do not have them yet, so each is looked at before it is believed. */
export function subgroupMatricesOf(info: object): readonly SubgroupMatrix[] {
  const listed = member(info, 'subgroupMatrixConfigs');
  const configs: readonly unknown[] = Array.isArray(listed) ? listed : [];
  return configs.flatMap((config): readonly SubgroupMatrix[] => {
    if (typeof config !== 'object' || config === null) return [];
    const componentType = member(config, 'componentType');
    const resultComponentType = member(config, 'resultComponentType');
    const [rows, columns, depth] = ['M', 'N', 'K'].map((name) => Number(member(config, name)));
    return typeof componentType === 'string' && typeof resultComponentType === 'string'
      ? [{ componentType, resultComponentType, rows, columns, depth }]
      : [];
  });
}

/** What a plan may depend on, on a device opened by `openDevice`: the wanted features and the raised limits. */
export function capsOf(adapter: GPUAdapter): Caps {
  const { info, limits } = adapter;
  return {
    features: new Set(offeredFeatures(adapter)),
    limits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    },
    subgroupMinSize: info.subgroupMinSize ?? 0,
    subgroupMaxSize: info.subgroupMaxSize ?? 0,
    subgroupMatrices: adapter.features.has('chromium-experimental-subgroup-matrix')
      ? subgroupMatricesOf(info)
      : [],
    software: isSoftware(info),
  };
}

export interface OpenDevice {
  readonly device: GPUDevice;
  /** Settles when the device is lost by accident, with the driver's words; never when it was destroyed on purpose. */
  readonly lost: Promise<string>;
  /** The driver's words once the device is lost, null while it is well. */
  lostMessage(): string | null;
}

/** Opens a device with everything of the adapter that kernels may use. An adapter gives one device only. */
export async function openDevice(adapter: GPUAdapter): Promise<OpenDevice> {
  const device = await adapter.requestDevice({
    requiredFeatures: offeredFeatures(adapter),
    requiredLimits: Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]])),
  });
  let message: string | null = null;
  const lost = new Promise<string>((resolve) => {
    void device.lost.then((info) => {
      if (info.reason === 'destroyed') return;
      message = info.message || `the device was lost (${info.reason})`;
      resolve(message);
    });
  });
  return { device, lost, lostMessage: () => message };
}
