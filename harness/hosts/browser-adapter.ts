/** How a browser is made to offer a certain adapter, and whether it did. */
import { isSoftware, softwareName } from '../adapter.ts';
import { EnvironmentError, UsageError } from '../errors.ts';
import type { AdapterInfo } from '../record.ts';
import type { Resolved } from './adapters.ts';
import { resolveAdapter } from './adapters.ts';
import type { BrowserKind } from './browser.ts';
import type { AdapterChoice } from './choice.ts';
import type { AdapterWords } from './page/session-page.ts';

/** An adapter to be asked of a browser. */
export interface BrowserAdapter {
  /** What records call it, as other hosts do. */
  readonly name: string;
  /** What the browser is started with for WebGPU and for this adapter; written into the run header. */
  readonly flags: readonly string[];
  /** Added to its environment: which Vulkan driver it finds. */
  readonly env: Readonly<Record<string, string>>;
  /** What it is known to be: for browsers that hide it from pages. */
  readonly words: AdapterWords;
  /** Whether what the browser gave is what was asked for. */
  accepts(info: AdapterInfo): boolean;
}

const swiftShader = 'swiftshader';
const noWords: AdapterWords = { vendor: '', architecture: '', device: '', description: '' };

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
    words: noWords,
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

type Resolution = Extract<Resolved, { readonly ok: true }>;

/** The variables by which a driver is found; the loader is the browser's own. */
function driverEnv({ env }: AdapterChoice): Readonly<Record<string, string>> {
  const { LD_LIBRARY_PATH: _loader, ...drivers } = env;
  return drivers;
}

const wordsOf = ({ adapter }: Resolution): AdapterWords => {
  const { vendor, architecture, device, description } = adapter.device;
  return { vendor, architecture, device, description };
};

function ofSystem(resolved: Resolution): BrowserAdapter {
  const { choice, adapter } = resolved;
  const software = isSoftware(adapter.device);
  return {
    name: choice.name,
    flags: [...everywhere, ...systemFlags(process.platform), ...toggles(choice.dawnFlags)],
    env: driverEnv(choice),
    words: wordsOf(resolved),
    accepts: (info) => {
      const given = { ...info, isFallbackAdapter: false };
      return software ? softwareName(given) === choice.name : !isSoftware(given);
    },
  };
}

/** WebGPU also where Firefox has it off, or its list of drivers leaves this one out; timestamps as the driver gives them. */
export const firefoxPreferences: Readonly<Record<string, boolean>> = {
  'dom.webgpu.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
};

/** Firefox says of an adapter only whether it is a software one; it is given no other driver than the one meant. */
function ofFirefox(resolved: Resolution): BrowserAdapter {
  const software = isSoftware(resolved.adapter.device);
  return {
    name: resolved.choice.name,
    flags: Object.entries(firefoxPreferences).map(([name, value]) => `${name}=${value}`),
    env: driverEnv(resolved.choice),
    words: wordsOf(resolved),
    accepts: (info) => info.software === software,
  };
}

/** Deno says little of an adapter; it is given no other driver than the one meant. */
function ofDeno(resolved: Resolution): BrowserAdapter {
  return { ...ofFirefox(resolved), flags: ['--unstable-webgpu'] };
}

async function resolvedAdapter(name: string): Promise<Resolution> {
  const resolved = await resolveAdapter(name);
  if (resolved.ok) return resolved;
  throw resolved.reason === 'unknown'
    ? new UsageError(resolved.message)
    : new EnvironmentError(resolved.message);
}

/** What to ask a browser for, in order. Throws UsageError for a name nobody knows, EnvironmentError for what this machine lacks. */
export async function browserAdapters(
  kind: BrowserKind | 'deno',
  name: string,
): Promise<readonly BrowserAdapter[]> {
  if (kind === 'deno') return [ofDeno(await resolvedAdapter(name))];
  if (kind === 'firefox') return [ofFirefox(await resolvedAdapter(name))];
  const word = name.trim().toLowerCase();
  if (word === swiftShader) return [ownSwiftShader()];
  if (word === 'auto') {
    const gpu = await resolveAdapter('gpu');
    return [...(gpu.ok ? [ofSystem(gpu)] : []), ownSwiftShader()];
  }
  return [ofSystem(await resolvedAdapter(name))];
}
