/** How a browser is made to offer a certain adapter, and whether it did. */
import { isSoftware, softwareName } from '../adapter.ts';
import { EnvironmentError, UsageError } from '../errors.ts';
import type { AdapterInfo } from '../record.ts';
import { resolveAdapter } from './adapters.ts';
import type { AdapterChoice } from './choice.ts';

/** An adapter to be asked of a browser. */
export interface BrowserAdapter {
  /** What records call it, as other hosts do. */
  readonly name: string;
  /** What the browser is started with for WebGPU and for this adapter; written into the run header. */
  readonly flags: readonly string[];
  /** Added to its environment: which Vulkan driver it finds. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether what the browser gave is what was asked for. */
  accepts(info: AdapterInfo): boolean;
}

const swiftShader = 'swiftshader';

/** WebGPU wherever the browser has it, the adapter's own words, and no watchdog over dispatches that take seconds. */
const everywhere = ['--enable-unsafe-webgpu', '--enable-webgpu-developer-features', '--disable-gpu-watchdog'];

/** Dawn's toggles are the same words everywhere; `adapter` is a word of Dawn for Node alone. */
const toggles = (dawnFlags: readonly string[]): readonly string[] =>
  dawnFlags.filter((flag) => !flag.startsWith('adapter=')).map((flag) => `--${flag}`);

const swiftShaderToggles = [
  'enable-dawn-features=allow_unsafe_apis',
  'disable-dawn-features=timestamp_quantization,use_vulkan_zero_initialize_workgroup_memory_extension',
];

/** Browsers bring their own SwiftShader along, so that none need be installed. */
function ownSwiftShader(): BrowserAdapter {
  return {
    name: swiftShader,
    flags: [...everywhere, '--use-webgpu-adapter=swiftshader', ...toggles(swiftShaderToggles)],
    env: {},
    accepts: (info) => softwareName({ ...info, isFallbackAdapter: false }) === swiftShader,
  };
}

/** On Linux the system's Vulkan, which browsers do not use unless they are told to; elsewhere what the system has. */
const systemFlags = (platform: string): readonly string[] => [
  '--ignore-gpu-blocklist',
  ...(platform === 'linux'
    ? ['--enable-features=Vulkan', '--use-angle=vulkan', '--use-vulkan=native', '--disable-vulkan-surface']
    : []),
];

function ofSystem({ name, env, dawnFlags }: AdapterChoice, software: boolean): BrowserAdapter {
  const { LD_LIBRARY_PATH: _loader, ...drivers } = env;
  return {
    name,
    flags: [...everywhere, ...systemFlags(process.platform), ...toggles(dawnFlags)],
    env: drivers,
    accepts: (info) => {
      const given = { ...info, isFallbackAdapter: false };
      return software ? softwareName(given) === name : !isSoftware(given);
    },
  };
}

/** What to ask a browser for, in order. Throws UsageError for a name nobody knows, EnvironmentError for what this machine lacks. */
export async function browserAdapters(name: string): Promise<readonly BrowserAdapter[]> {
  const word = name.trim().toLowerCase();
  if (word === swiftShader) return [ownSwiftShader()];
  if (word === 'auto') {
    const gpu = await resolveAdapter('gpu');
    return [...(gpu.ok ? [ofSystem(gpu.choice, false)] : []), ownSwiftShader()];
  }
  const resolved = await resolveAdapter(name);
  if (!resolved.ok) {
    throw resolved.reason === 'unknown'
      ? new UsageError(resolved.message)
      : new EnvironmentError(resolved.message);
  }
  return [ofSystem(resolved.choice, isSoftware(resolved.adapter.device))];
}
