/** What `attnbench doctor` knows about a machine, what it advises, and how that reads as text. */
import { formatRound, formatShareFixed } from './format.ts';
import type { Noise } from './gate/comparison.ts';
import type { Advice, MachineState } from './noise.ts';
import { adviseOnMachine, adviseOnNoise, formatNoise } from './noise.ts';
import type { AdapterInfo, Clock, RunHeader } from './record.ts';
import type { Spread, Steadiness } from './steadiness.ts';

/** What one process finds out about an adapter. */
export interface InspectedAdapter {
  readonly info: AdapterInfo;
  readonly clock: Clock;
  readonly compiler: RunHeader['compiler'];
  readonly steadiness: Steadiness;
}

export interface AdapterFindings extends InspectedAdapter {
  /** Null where too few pairs of the probe could be timed. */
  readonly noise: Noise | null;
}

export interface AdapterDiagnosis {
  /** What it is asked for by. */
  readonly name: string;
  /** `gpu`, `lavapipe`, `swiftshader` or `software`. */
  readonly word: string;
  /** The driver's manifest, or how else it was found. */
  readonly source: string;
  readonly flags: readonly string[];
  readonly result:
    | { readonly ok: true; readonly findings: AdapterFindings }
    | { readonly ok: false; readonly problem: string };
}

/** Where the drivers of a Linux machine were looked for. */
export interface DriverSearch {
  /** `system`, the path of the one that attnbench brings along, or null for none. */
  readonly loader: string | null;
  /** The variable by which the user named the drivers: nothing else is used then. */
  readonly named: string | null;
  readonly manifests: readonly { readonly folder: string; readonly count: number }[];
  /** Driver libraries that no manifest may name, each with the one that was written for it. */
  readonly libraries: readonly { readonly library: string; readonly manifest: string }[];
  readonly libraryFolders: readonly string[];
}

/** What `--host chromium` finds here. */
export type BrowserDiagnosis =
  | {
      readonly ok: true;
      readonly path: string;
      readonly host: RunHeader['host'];
      /** What it gives to who asks for `auto`. */
      readonly adapter: AdapterInfo;
      readonly clock: Clock;
    }
  | { readonly ok: false; readonly problem: string };

export interface Diagnosis {
  readonly tool: RunHeader['tool'];
  readonly host: RunHeader['host'];
  /** What `--adapter auto` opens; null when nothing works. */
  readonly auto: string | null;
  readonly adapters: readonly AdapterDiagnosis[];
  readonly browser: BrowserDiagnosis;
  /** Null on other systems, where drivers are not files to be found. */
  readonly search: DriverSearch | null;
  /** Drivers that are installed and offer no device, in their own words. */
  readonly without: readonly { readonly source: string; readonly problem: string }[];
  readonly load: Omit<MachineState, 'cores'>;
}

export type { Advice } from './noise.ts';

const unsteady = 0.05;

function adviceOnAdapter({ name, result }: AdapterDiagnosis): readonly Advice[] {
  if (!result.ok)
    return [{ what: `${name} does not open: ${result.problem}`, how: 'ask for another with --adapter' }];
  const { info, clock, compiler, steadiness, noise } = result.findings;
  const advice: Advice[] = [];
  if (clock.source === 'wall') {
    advice.push({
      what: `${name} has no timestamps`,
      how: 'results are wall times, which include the launch',
    });
  } else if (clock.quantised) {
    advice.push({
      what: `the timestamps of ${name} step by ${clock.tickNs} ns`,
      how: 'short kernels are repeated until that no longer matters; expect longer runs',
    });
  }
  if (!clock.monotonic)
    advice.push({
      what: `the clock of ${name} runs backwards at times`,
      how: 'such samples are dropped and counted',
    });
  if (!info.features.includes('shader-f16')) {
    advice.push({
      what: `${name} has no shader-f16: precision f16 is skipped on it`,
      how: info.software ? 'use precision f16s, or lavapipe' : 'use precision f16s',
    });
  }
  if (!compiler.loopVariablesReinitialised) {
    advice.push({
      what: `the shader compiler of ${name} does not zero a variable declared without a value inside a loop`,
      how: 'in your own kernels write `var x = T();` there; those of attnbench do',
    });
  }
  const series = steadiness.gpu ?? steadiness.wall;
  if (series.relativeQuartileRange > unsteady) {
    advice.push({
      what: `the same work on ${name} varies by ${formatShareFixed(series.relativeQuartileRange)}`,
      how: 'stop other programs, or expect wide intervals',
    });
  }
  if (noise !== null) advice.push(...adviseOnNoise(name, noise));
  return advice;
}

/** What is missing on this machine or wrong with it, and how to get it. `howToGetLavapipe` is an instruction for this system. */
export function adviseOn(diagnosis: Diagnosis, howToGetLavapipe: string): readonly Advice[] {
  const has = (word: string) => diagnosis.adapters.some((adapter) => adapter.word === word);
  const advice: Advice[] = [];
  if (!has('gpu')) {
    advice.push({
      what: 'no hardware GPU',
      how: "if there is one, install its maker's Vulkan driver; in a container pass the device through (docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=all, or --device /dev/dri)",
    });
  }
  if (!has('lavapipe')) {
    advice.push({ what: 'no lavapipe, the software adapter with shader-f16', how: howToGetLavapipe });
  }
  if (!has('swiftshader')) {
    advice.push({
      what: 'no SwiftShader, the software adapter of last resort',
      how: 'run npm ci without --omit=optional',
    });
  }
  advice.push(...diagnosis.adapters.flatMap(adviceOnAdapter));
  if (!diagnosis.browser.ok) {
    advice.push({
      what: `no browser with WebGPU: ${diagnosis.browser.problem}`,
      how: 'install Chromium, Chrome or Edge, or name one with --browser; without it, leave out --host chromium',
    });
  }
  advice.push(...adviseOnMachine({ cores: diagnosis.host.cores, ...diagnosis.load }));
  return advice;
}

function formatSpread(name: string, spread: Spread | null): readonly string[] {
  if (spread === null) return [];
  return [
    `${name} ${formatRound(spread.medianNs, 'duration')} (middle half within ${formatShareFixed(spread.relativeQuartileRange)})`,
  ];
}

const formatClock = ({ source, tickNs, quantised, overheadNs, monotonic }: Clock): string =>
  `${source}, tick ${formatRound(tickNs, 'duration')}${quantised ? ' (quantised)' : ''}, an empty pass reads ${formatRound(overheadNs, 'duration')}${monotonic ? '' : ', runs backwards at times'}`;

function formatFindings({ info, clock, compiler, steadiness, noise }: AdapterFindings): readonly string[] {
  const { limits } = info;
  const rows: readonly (readonly [string, string])[] = [
    ['device', `${info.description || info.device} (${info.vendor}${info.software ? ', software' : ''})`],
    ['features', info.features.join(', ')],
    [
      'limits',
      `binding ${formatRound(limits['maxStorageBufferBindingSize'] ?? 0, 'bytes')}, buffer ${formatRound(limits['maxBufferSize'] ?? 0, 'bytes')}, workgroup memory ${formatRound(limits['maxComputeWorkgroupStorageSize'] ?? 0, 'bytes')}, ${limits['maxComputeInvocationsPerWorkgroup'] ?? 0} threads a workgroup, subgroups of ${info.subgroupMinSize} to ${info.subgroupMaxSize}`,
    ],
    ['clock', formatClock(clock)],
    ['compiler', `loop variables ${compiler.loopVariablesReinitialised ? 'are' : 'are NOT'} re-initialised`],
    [
      'steady',
      `${steadiness.runs} runs of a fixed kernel: ${[
        ...formatSpread('GPU', steadiness.gpu),
        ...formatSpread('wall', steadiness.wall),
        ...formatSpread('CPU', steadiness.cpu),
      ].join(', ')}`,
    ],
    ['noise', noise === null ? 'too few pairs could be timed to say' : formatNoise(noise)],
  ];
  return rows.map(([label, text]) => `    ${label.padEnd(9)} ${text}`);
}

function formatAdapter(adapter: AdapterDiagnosis, auto: string | null): readonly string[] {
  const { result } = adapter;
  return [
    `  ${adapter.name}${adapter.name === auto ? '  <- auto' : ''}`,
    `    ${'driver'.padEnd(9)} ${adapter.source}`,
    ...(result.ok ? formatFindings(result.findings) : [`    ${'problem'.padEnd(9)} ${result.problem}`]),
  ];
}

function formatBrowser(browser: BrowserDiagnosis): readonly string[] {
  if (!browser.ok) return [`  ${browser.problem}`];
  const { path, host, adapter, clock } = browser;
  const rows: readonly (readonly [string, string])[] = [
    ['program', path],
    ['runtime', `${host.runtime}, webgpu ${host.webgpu}`],
    ['adapter', `${adapter.description || adapter.device || adapter.architecture} (${adapter.name})`],
    ['clock', formatClock(clock)],
  ];
  return rows.map(([label, text]) => `  ${label.padEnd(9)} ${text}`);
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : ['', title, ...lines];

function bySameProblem(without: Diagnosis['without']): readonly (readonly [string, readonly string[]])[] {
  const problems = [...new Set(without.map(({ problem }) => problem))];
  return problems.map((problem) => [
    problem,
    without.filter((one) => one.problem === problem).map(({ source }) => source),
  ]);
}

function formatSearch(search: DriverSearch | null): readonly string[] {
  if (search === null) return [];
  const { loader, named, manifests, libraries, libraryFolders } = search;
  const full = manifests.filter(({ count }) => count > 0).map(({ folder, count }) => `${folder} (${count})`);
  const empty = manifests.filter(({ count }) => count === 0).map(({ folder }) => folder);
  const rows: readonly (readonly [string, string])[] = [
    [
      'loader',
      loader === 'system'
        ? "libvulkan.so.1, the system's"
        : (loader ?? 'no libvulkan.so.1: no driver can be opened'),
    ],
    ...(named === null ? [] : [['named', `${named}: no other driver is used`] as const]),
    ['manifests', full.length === 0 ? 'none' : full.join(', ')],
    ['', `nothing in ${empty.join(', ')}`],
    [
      'libraries',
      libraries.length === 0
        ? `libGLX_nvidia.so.0, libEGL_nvidia.so.0: not in ${libraryFolders.join(', ')}`
        : libraries.map(({ library, manifest }) => `${library}, manifest written: ${manifest}`).join('; '),
    ],
  ];
  return rows.map(([label, text]) => `  ${label.padEnd(9)} ${text}`);
}

/** Lines of text for a person. */
export function formatDiagnosis(diagnosis: Diagnosis, advice: readonly Advice[]): readonly string[] {
  const { tool, host, load } = diagnosis;
  const noise = [
    load.perMinute === null ? [] : [`load ${load.perMinute.toFixed(2)}`],
    load.others === null ? [] : [`${formatShareFixed(load.others)} of the CPU taken by other programs`],
    load.stolen === null ? [] : [`${formatShareFixed(load.stolen)} of the CPU stolen by the hypervisor`],
  ].flat();
  return [
    `attnbench ${tool.version}${tool.commit === null ? '' : ` (${tool.commit})`}, ${host.name} ${host.runtime}, webgpu ${host.webgpu}`,
    `${host.os}; ${host.cpu}, ${host.cores} cores, ${formatRound(host.memoryBytes, 'bytes')}${noise.length === 0 ? '' : `; ${noise.join(', ')}`}`,
    ...section(
      'adapters',
      diagnosis.adapters.length === 0
        ? ['  none works here']
        : diagnosis.adapters.flatMap((adapter) => formatAdapter(adapter, diagnosis.auto)),
    ),
    ...section('browser, for --host chromium', formatBrowser(diagnosis.browser)),
    ...section(
      'drivers without a device',
      bySameProblem(diagnosis.without).map(([problem, sources]) => `  ${problem}: ${sources.join(', ')}`),
    ),
    ...section('where drivers were looked for', formatSearch(diagnosis.search)),
    ...section(
      'what could be better',
      advice.map(({ what, how }) => `  ${what}: ${how}`),
    ),
  ];
}
