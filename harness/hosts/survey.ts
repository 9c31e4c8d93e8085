/** Asks a machine's Vulkan drivers, one by one, which adapters they offer. */
import { isSoftware, softwareName } from '../adapter.ts';
import { lavapipeAdvice, thisDistribution } from './advice.ts';
import { bundledSwiftShader, type BundledSwiftShader } from './bundled-swiftshader.ts';
import type { AdapterChoice } from './choice.ts';
import { probeAdapters, type Probe, type ProbedDevice } from './enumerate.ts';
import { browserIcdFiles, hasSystemLoader, icdFiles } from './icd.ts';
import { unlistedDrivers, type UnlistedDriver } from './unlisted-drivers.ts';

/** Everything about a machine that the choice of an adapter depends on. */
export interface Machine {
  readonly platform: string;
  readonly env: NodeJS.ProcessEnv;
  icdFiles(): readonly string[];
  browserIcdFiles(): readonly string[];
  unlistedDrivers(): readonly UnlistedDriver[];
  hasSystemLoader(): boolean;
  bundledSwiftShader(): BundledSwiftShader;
  probe(env: Readonly<Record<string, string>>): Promise<Probe>;
  readonly lavapipeAdvice: string;
}

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    env: process.env,
    icdFiles,
    browserIcdFiles,
    unlistedDrivers,
    hasSystemLoader,
    bundledSwiftShader,
    probe: probeAdapters,
    lavapipeAdvice: lavapipeAdvice(thisDistribution()),
  };
}

/** The words that mean an adapter on every machine; a GPU also answers to a part of its own name. */
export const adapterWords = ['auto', 'gpu', 'lavapipe', 'swiftshader'] as const;
type AdapterWord = (typeof adapterWords)[number];

export interface FoundAdapter {
  /** The word it is asked for by; `software` for a CPU driver without a word of its own. */
  readonly word: Exclude<AdapterWord, 'auto'> | 'software';
  readonly device: ProbedDevice;
  /** How it was found: a driver's manifest, `VK_DRIVER_FILES`, `bundled`, or `system`. */
  readonly source: string;
  readonly choice: AdapterChoice;
}

export interface MissingAdapter {
  readonly source: string;
  readonly problem: string;
}

export interface AdapterSurvey {
  readonly found: readonly FoundAdapter[];
  readonly missing: readonly MissingAdapter[];
}

interface Source {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

function wordOf(device: ProbedDevice): FoundAdapter['word'] {
  if (!isSoftware(device)) return 'gpu';
  const name = softwareName(device);
  return name === 'lavapipe' || name === 'swiftshader' ? name : 'software';
}

/** Raw timestamps for all; what a driver needs besides. One flag each, since the last of two equal flags wins. */
function dawnFlagsFor(device: ProbedDevice): readonly string[] {
  const enable = ['allow_unsafe_apis'];
  const disable = ['timestamp_quantization'];
  // Its emulation of the extension makes workgroup memory 24 times as expensive as zeroing it in a loop.
  if (softwareName(device) === 'swiftshader') {
    disable.push('use_vulkan_zero_initialize_workgroup_memory_extension');
  }
  // Dawn hides shader-f16 on NVIDIA otherwise.
  if (device.backend === 'vulkan' && device.vendor === 'nvidia') enable.push('vulkan_enable_f16_on_nvidia');
  return [
    `adapter=${device.name}`,
    `enable-dawn-features=${enable.join(',')}`,
    `disable-dawn-features=${disable.join(',')}`,
  ];
}

/** The variable by which the user restricts the drivers, if any. */
export function userNamed(env: NodeJS.ProcessEnv): string | undefined {
  return ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'].find((name) => env[name]);
}

/** Only this driver. Both names of the variable: the newer one wins where a loader knows it. */
function driverEnv(icdFile: string): Readonly<Record<string, string>> {
  return { VK_DRIVER_FILES: icdFile, VK_ICD_FILENAMES: icdFile };
}

/** Finds adapters on one machine; its loader and its bundled driver are looked up at most once. */
export class Survey {
  readonly #machine: Machine;
  #bundled: BundledSwiftShader | null = null;
  #loaderEnv: Readonly<Record<string, string>> | null = null;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  bundled(): BundledSwiftShader {
    this.#bundled ??= this.#machine.bundledSwiftShader();
    return this.#bundled;
  }

  /** Where the system has no Vulkan loader, the bundled one serves every driver. */
  #loader(): Readonly<Record<string, string>> {
    this.#loaderEnv ??= this.#findLoader();
    return this.#loaderEnv;
  }

  #findLoader(): Readonly<Record<string, string>> {
    if (this.#machine.platform !== 'linux' || this.#machine.hasSystemLoader()) return {};
    const bundled = this.bundled();
    if (!bundled.ok) return {};
    return { LD_LIBRARY_PATH: bundled.loaderFolder };
  }

  /** What a source needs, and the loader; both may add to LD_LIBRARY_PATH, which the user may have set as well. */
  #environment(source: Source): Readonly<Record<string, string>> {
    const loader = this.#loader();
    const folders = [
      loader['LD_LIBRARY_PATH'],
      source.env['LD_LIBRARY_PATH'],
      this.#machine.env['LD_LIBRARY_PATH'],
    ].filter((folder) => folder !== undefined && folder !== '');
    const added = loader['LD_LIBRARY_PATH'] ?? source.env['LD_LIBRARY_PATH'];
    const linker: Record<string, string> = added === undefined ? {} : { LD_LIBRARY_PATH: folders.join(':') };
    return { ...source.env, ...linker };
  }

  /** The drivers that this machine was given, one source each, so that one that crashes takes no other with it. */
  systemSources(): readonly Source[] {
    const { env, platform } = this.#machine;
    const named = userNamed(env);
    if (named !== undefined) return [{ name: named, env: {} }];
    if (platform !== 'linux') return [{ name: 'system', env: {} }];
    const listed = this.#machine.icdFiles().map((file) => ({ name: file, env: driverEnv(file) }));
    const unlisted = this.#machine.unlistedDrivers().map(({ library, manifest, linkerFolder }) => ({
      name: `${library}, by a manifest written for it`,
      env: {
        ...driverEnv(manifest),
        ...(linkerFolder === null ? {} : { LD_LIBRARY_PATH: linkerFolder }),
      },
    }));
    const sources = [...listed, ...unlisted];
    return sources.length === 0 ? [{ name: 'system', env: {} }] : sources;
  }

  browserSources(): readonly Source[] {
    return this.#machine.browserIcdFiles().map((file) => ({ name: file, env: driverEnv(file) }));
  }

  async ask(sources: readonly Source[]): Promise<AdapterSurvey> {
    const answers = await Promise.all(
      sources.map(async (source) => {
        const env = this.#environment(source);
        return { source, env, probe: await this.#machine.probe(env) };
      }),
    );
    return {
      found: answers.flatMap(({ source, env, probe }) =>
        probe.devices.map((device): FoundAdapter => {
          const word = wordOf(device);
          const name = word === 'lavapipe' || word === 'swiftshader' ? word : device.name;
          return {
            word,
            device,
            source: source.name,
            choice: { name, env, dawnFlags: dawnFlagsFor(device) },
          };
        }),
      ),
      missing: answers.flatMap(({ source, probe }) =>
        probe.problem === null ? [] : [{ source: source.name, problem: probe.problem }],
      ),
    };
  }

  async askBundled(): Promise<AdapterSurvey> {
    const bundled = this.bundled();
    if (!bundled.ok) return { found: [], missing: [{ source: 'bundled', problem: bundled.message }] };
    return this.ask([{ name: 'bundled', env: driverEnv(bundled.icdFile) }]);
  }

  /** Drivers asked one by one have no order among them; Dawn ranks those of one process, the fastest first. */
  async fastestFirst(adapters: readonly FoundAdapter[]): Promise<readonly FoundAdapter[]> {
    if (adapters.length < 2) return adapters;
    const { devices } = await this.#machine.probe(this.#environment({ name: 'all', env: {} }));
    const rank = (adapter: FoundAdapter) => {
      const index = devices.findIndex((device) => device.name === adapter.device.name);
      return index === -1 ? devices.length : index;
    };
    return adapters.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** All that was found, each adapter once: the first that found it counts. */
export function merge(...surveys: readonly AdapterSurvey[]): AdapterSurvey {
  const found: FoundAdapter[] = [];
  for (const adapter of surveys.flatMap((survey) => survey.found)) {
    const known = found.some((one) => one.device.name === adapter.device.name && one.word === adapter.word);
    if (!known) found.push(adapter);
  }
  return { found, missing: surveys.flatMap((survey) => survey.missing) };
}
