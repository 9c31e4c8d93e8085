/** What the page says, and decides, without a browser. */
import { expect, test } from 'vitest';
import type { Caps } from '../../kernels/contract.ts';
import type { SessionFacts } from '../../harness/session-messages.ts';
import type { RunHeader } from '../../harness/record.ts';
import { header, okCase, params, peaksWith } from '../testing/records.ts';
import { browserOf, hostFactsOf } from './browser.ts';
import { aboutSeconds } from './choice-view.ts';
import { deviceFacts, deviceNotes } from './device-words.ts';
import { liveAnalysis, liveFigure } from './live.ts';
import { choicesOf, labelOf, remainingSeconds } from './plan.ts';
import type { SitePlan } from './plan.ts';
import { recordsText, whenOf } from './run-file.ts';
import { headerOf, keptPeaks, refusalToGoOn } from './run-header.ts';

const caps: Caps = {
  features: new Set(['timestamp-query']),
  limits: {
    maxBufferSize: 2 ** 30,
    maxStorageBufferBindingSize: 2 ** 27,
    maxStorageBuffersPerShaderStage: 8,
    maxComputeWorkgroupStorageSize: 16_384,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
    maxComputeWorkgroupsPerDimension: 65_535,
  },
  subgroupMinSize: 0,
  subgroupMaxSize: 0,
  subgroupMatrices: [],
  software: false,
};

function factsOf(overrides: Partial<RunHeader> = {}): SessionFacts {
  const { adapter, clock, compiler, flags, host } = header(overrides);
  return { adapter, clock, compiler, flags, host, caps };
}

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/143.0.0.0 Safari/537.36',
    'chromium',
    'Chrome 143.0.0.0',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.1.2',
    'chromium',
    'Edge 143.0.1.2',
  ],
  ['Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0', 'firefox', 'Firefox 145.0'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    'webkit',
    'Safari 26.0',
  ],
  ['something else', 'browser', 'a browser that does not say which'],
])('%s', (userAgent, engine, browser) => {
  expect(browserOf(userAgent)).toEqual({ engine, browser });
});

test('a host as far as a browser tells', () => {
  const userAgent =
    'Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 Chrome/143.0.0.0 Mobile Safari/537.36';
  expect(hostFactsOf({ userAgent, platform: '', hardwareConcurrency: 8, deviceMemory: 8 })).toMatchObject({
    name: 'chromium',
    os: 'Linux; Android 15; K',
    cores: 8,
    memoryBytes: 8 * 2 ** 30,
  });
  expect(hostFactsOf({ userAgent: 'x', platform: 'Z', hardwareConcurrency: 0 })).toMatchObject({
    os: 'Z',
    cores: 1,
    memoryBytes: 0,
  });
});

test('a device in plain words', () => {
  const words = new Map(deviceFacts(factsOf(), 'Chrome 143'));
  expect(words.get('half precision')).toMatch(/^no: f16 is skipped/);
  expect(words.get('subgroups')).toMatch(/^no/);
  expect(words.get('GPU timer')).toBe('yes, in steps of 1.00 ns');
  // 128 MiB are 2 to the 27: 8 heads of n × n numbers of 4 bytes are as much at n = 2048.
  expect(words.get('largest buffer')).toBe('128 MiB: naive attention with 8 heads fits up to n = 2048');
  const { adapter, clock } = header();
  const rich = factsOf({
    adapter: { ...adapter, features: ['shader-f16', 'subgroups'], subgroupMinSize: 16, subgroupMaxSize: 32 },
    clock: { ...clock, source: 'wall' },
  });
  const richWords = new Map(deviceFacts(rich, 'Chrome 143'));
  expect(richWords.get('half precision')).toBe('yes: f16 is measured');
  expect(richWords.get('subgroups')).toBe('yes, 16 to 32 wide');
  expect(richWords.get('GPU timer')).toMatch(/^none/);
});

test('what to know before believing a number is said, and nothing where there is nothing', () => {
  const { adapter, clock } = header();
  expect(deviceNotes(factsOf(), true)).toEqual([]);
  const coarse = factsOf({
    adapter: { ...adapter, software: true },
    clock: { ...clock, tickNs: 100_000, quantised: true },
  });
  expect(deviceNotes(coarse, false).map((note) => note.slice(0, 35))).toEqual([
    'This is a software adapter: its tim',
    'The timer counts in steps of 100 µs',
    'The host of this page does not isol',
  ]);
});

test('choices are those of which the page has every suite', () => {
  const suite = { description: '', kernels: 'all' as const, base: {}, vary: {} };
  expect(choicesOf({ quick: suite, scaling: suite }).map(({ id }) => id)).toEqual(['quick']);
  expect(labelOf('quick')).toBe('Quick');
  expect(labelOf('scaling+heads')).toBe('scaling+heads');
});

test('the time left follows what was measured so far', () => {
  const plan = {
    seconds: new Map([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]),
  };
  expect(remainingSeconds(plan, ['a', 'b', 'c'], [], 0)).toBe(6);
  expect(remainingSeconds(plan, ['b', 'c'], ['a'], 4)).toBe(20);
  expect([8, 62, 100, 1000, 7200].map(aboutSeconds)).toEqual([
    'about 10 s',
    'about 60 s',
    'about 2 min',
    'about 17 min',
    'about 2 h',
  ]);
});

const sources = {
  tool: { version: '1', commit: null },
  kernelSources: { naive: 'a', copy: 'b', flash: 'c' },
};
const planned = (...ids: readonly string[]): SitePlan => ({
  suite: 'quick',
  kernels: new Map(),
  cases: ids.map((id) => ({
    id,
    suite: 'quick',
    kernel: id,
    params: params({ n: 1 }),
    sampling: {
      seconds: 1,
      leastSamples: 6,
      mostSamples: 8,
      relativeHalfWidth: 0.01,
      tickShare: 0.005,
      warmups: 2,
    },
  })),
  seconds: new Map(),
});

test('the header plans what was chosen and names what it is made of', () => {
  const made = headerOf({
    plan: planned('naive', 'copy'),
    facts: factsOf(),
    peaks: null,
    contents: sources,
    runId: 'id',
    now: new Date(0),
  });
  expect(made).toMatchObject({
    suite: 'quick',
    plannedCases: ['naive', 'copy'],
    kernelSources: { naive: 'a', copy: 'b' },
    startedAt: '1970-01-01T00:00:00.000Z',
  });
});

test('a run goes on only with the same kernels, cases and adapter', () => {
  const plan = planned('naive', 'copy');
  const { adapter } = header();
  const run = {
    header: header({ plannedCases: ['naive', 'copy'], kernelSources: { naive: 'a', copy: 'b' } }),
    cases: [],
  };
  expect(refusalToGoOn(run, plan, { adapter }, sources)).toBeNull();
  expect(refusalToGoOn(run, null, { adapter }, sources)).toContain('other kernels or suites');
  expect(refusalToGoOn(run, planned('naive'), { adapter }, sources)).toContain('other kernels or suites');
  const changed = { kernelSources: { ...sources.kernelSources, copy: 'z' } };
  expect(refusalToGoOn(run, plan, { adapter }, changed)).toContain('other kernels or suites');
  expect(refusalToGoOn(run, plan, { adapter: { ...adapter, device: 'other', name: 'B' } }, sources)).toBe(
    'That run was measured on synthetic, and this is B: start a new one.',
  );
});

test('peaks are taken from an earlier run of the same adapter and version', () => {
  const peaks = peaksWith({ f32: 1e12, readCold: 1e11 });
  const { adapter } = header();
  const contents = { tool: { version: '0.1.0', commit: null } };
  const run = { header: header({ peaks }), cases: [] };
  expect(keptPeaks([{ header: header(), cases: [] }, run], { adapter }, contents)).toBe(peaks);
  expect(keptPeaks([run], { adapter: { ...adapter, device: 'other' } }, contents)).toBeNull();
  expect(keptPeaks([run], { adapter }, { tool: { version: '2', commit: null } })).toBeNull();
});

test('the chart grows with the run, each kernel in its colour from the first point on', () => {
  const cases = [128, 256].flatMap((n) => ['naive', 'copy'].map((kernel) => okCase(kernel, params({ n }))));
  const kernels = ['naive', 'flash', 'copy'];
  const analysis = liveAnalysis({ header: header(), cases }, kernels);
  expect(analysis.kernels).toEqual(['copy', 'flash', 'naive']);
  const figure = liveFigure(analysis, 'scaling');
  expect(figure?.metric).toBe('time');
  expect(figure?.series.map(({ kernel, points }) => [kernel, points.length])).toEqual([
    ['naive', 2],
    ['copy', 2],
  ]);
  expect(liveFigure(liveAnalysis({ header: header(), cases: [] }, kernels), 'scaling')).toBeNull();
});

test('a file is the lines of a run folder', () => {
  const run = { header: header(), cases: [okCase('copy', params({ n: 128 }))] };
  const lines = recordsText(run).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines.slice(0, 2).map((line): unknown => JSON.parse(line))).toEqual([run.header, run.cases[0]]);
  expect(whenOf(run.header)).toContain('2026');
});
