import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Peaks } from '../record.ts';
import type { PeaksFacts } from './peaks-cache.ts';
import { keepPeaks, peaksKey, readPeaks } from './peaks-cache.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'attnbench-peaks-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const facts: PeaksFacts = {
  adapter: {
    name: 'lavapipe',
    vendor: 'mesa',
    architecture: '',
    device: '0x0000',
    description: 'llvmpipe: Mesa 25.0.7',
    software: true,
    features: ['timestamp-query', 'shader-f16'],
    limits: { maxBufferSize: 1024 },
    subgroupMinSize: 8,
    subgroupMaxSize: 8,
  },
  flags: ['disable-dawn-features=timestamp_quantization'],
  clock: { source: 'timestamp-query', tickNs: 1, overheadNs: 500, quantised: false, monotonic: true },
  host: { webgpu: '0.6.2', cpu: 'a processor', cores: 2 },
};
const peaks: Peaks = {
  flopsPerSecond: 1e11,
  bytesPerSecond: 2e10,
  ceilings: [{ name: 'f32', unit: 'flop', perSecond: 1e11, by: 'made up' }],
  overheads: { submitNs: 1, passNs: 2, dispatchNs: 3 },
  measuredAt: '2026-01-02T03:04:05.000Z',
};

test('the key changes with the adapter, its driver, Dawn, the flags, the processor and the micro-kernels', () => {
  const { adapter, host } = facts;
  const changed: readonly PeaksFacts[] = [
    { ...facts, adapter: { ...adapter, description: 'llvmpipe: Mesa 26.0.0' } },
    { ...facts, adapter: { ...adapter, device: '0x0001' } },
    { ...facts, adapter: { ...adapter, features: ['timestamp-query'] } },
    { ...facts, flags: [...facts.flags, 'LP_NUM_THREADS=1'] },
    { ...facts, host: { ...host, webgpu: '0.7.0' } },
    { ...facts, host: { ...host, cores: 4 } },
    { ...facts, host: { ...host, cpu: 'another' } },
    { ...facts, clock: { ...facts.clock, source: 'wall' } },
  ];
  const keys = [...changed.map((one) => peaksKey(one)), peaksKey(facts, 'other micro-kernels')];
  expect(new Set([peaksKey(facts), ...keys]).size).toBe(keys.length + 1);
});

test('the key does not change with what is measured anew in every process', () => {
  const measuredAnew = { ...facts, clock: { ...facts.clock, tickNs: 2, overheadNs: 700 } };
  expect(peaksKey(measuredAnew)).toBe(peaksKey(facts));
});

test('peaks are kept and read again', () => {
  expect(readPeaks('key', root)).toBeNull();
  expect(keepPeaks('key', peaks, root)).toBeNull();
  expect(readPeaks('key', root)).toEqual(peaks);
  expect(readPeaks('other', root)).toBeNull();
  expect(readdirSync(join(root, 'peaks'))).toEqual(['key.json']);
});

test.each(['', '{"flopsPerSecond":', '{}', 'null', '{"flopsPerSecond":-1}'])(
  'a file that holds %j is none, and is replaced',
  (text) => {
    mkdirSync(join(root, 'peaks'));
    writeFileSync(join(root, 'peaks', 'key.json'), text);
    expect(readPeaks('key', root)).toBeNull();
    expect(keepPeaks('key', peaks, root)).toBeNull();
    expect(readPeaks('key', root)).toEqual(peaks);
  },
);

test('a folder that cannot be written is told, and nothing stays', () => {
  writeFileSync(join(root, 'peaks'), '');
  expect(keepPeaks('key', peaks, root)).toContain('EEXIST');
  expect(readdirSync(root)).toEqual(['peaks']);
});
