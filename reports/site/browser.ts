/** What a page can tell of the browser and the machine it is in. */
import type { RunHeader } from '../../harness/record.ts';

interface Navigated {
  readonly userAgent: string;
  readonly platform: string;
  readonly hardwareConcurrency: number;
  readonly deviceMemory?: number;
}

const browsers: readonly (readonly [RegExp, engine: string, name: string])[] = [
  [/Edg\/([\d.]+)/, 'chromium', 'Edge'],
  [/OPR\/([\d.]+)/, 'chromium', 'Opera'],
  [/SamsungBrowser\/([\d.]+)/, 'chromium', 'Samsung Internet'],
  [/(?:Headless)?Chrome\/([\d.]+)/, 'chromium', 'Chrome'],
  [/Firefox\/([\d.]+)/, 'firefox', 'Firefox'],
  [/Version\/([\d.]+).*Safari\//, 'webkit', 'Safari'],
];

/** The engine, and the browser with its version: `chromium`, `Chrome 143.0.0.0`. */
export function browserOf(userAgent: string): { readonly engine: string; readonly browser: string } {
  for (const [pattern, engine, name] of browsers) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return { engine, browser: `${name} ${version}` };
  }
  return { engine: 'browser', browser: 'a browser that does not say which' };
}

/** `Linux; Android 15; K`: what stands in the first brackets. */
const systemOf = ({ userAgent, platform }: Navigated): string =>
  /\(([^)]*)\)/.exec(userAgent)?.[1] ?? platform;

/** For the run header. Browsers do not tell the processor, and round the memory. */
export function hostFactsOf(navigated: Navigated): RunHeader['host'] {
  const { engine, browser } = browserOf(navigated.userAgent);
  return {
    name: engine,
    runtime: browser,
    webgpu: browser,
    os: systemOf(navigated),
    cpu: 'not told by the browser',
    cores: Math.max(1, navigated.hardwareConcurrency),
    memoryBytes: (navigated.deviceMemory ?? 0) * 2 ** 30,
  };
}
