import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Calibration } from '../gate/comparison.ts';
import type { CalibrationFacts } from './calibration-store.ts';
import { keepCalibration, readCalibration } from './calibration-store.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'attnbench-calibration-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const facts: CalibrationFacts = {
  adapter: {
    name: 'lavapipe',
    vendor: 'mesa',
    architecture: '',
    device: '0x0000',
    description: 'llvmpipe',
    software: true,
    features: [],
    limits: {},
    subgroupMinSize: 8,
    subgroupMaxSize: 8,
  },
  flags: [],
  clock: { source: 'timestamp-query', tickNs: 1, overheadNs: 500, quantised: false, monotonic: true },
  host: { webgpu: '0.6.2', cpu: 'a processor', cores: 2 },
};
const calibration: Calibration = {
  measuredAt: '2026-01-02T03:04:05.000Z',
  command: 'attnbench calibrate',
  adapter: 'lavapipe',
  falsePositives: { tries: 500, found: 10, rate: 0.02, low: 0.01, high: 0.04 },
  power: [{ slowdown: 0.05, found: { tries: 50, found: 48, rate: 0.96, low: 0.86, high: 0.99 } }],
  nullSpread: 0.012,
};

test('a calibration is read where it was made, and nowhere else', () => {
  expect(readCalibration(facts, root)).toBeNull();
  expect(keepCalibration(facts, calibration, root)).toBeNull();
  expect(readCalibration(facts, root)).toEqual(calibration);
  const elsewhere: readonly CalibrationFacts[] = [
    { ...facts, adapter: { ...facts.adapter, description: 'another driver' } },
    { ...facts, flags: ['LP_NUM_THREADS=1'] },
    { ...facts, host: { ...facts.host, cores: 4 } },
    { ...facts, clock: { ...facts.clock, source: 'wall' } },
  ];
  for (const other of elsewhere) expect(readCalibration(other, root)).toBeNull();
});

test('a damaged file is none, and is replaced', () => {
  keepCalibration(facts, calibration, root);
  const [name] = readdirSync(join(root, 'calibration'));
  writeFileSync(join(root, 'calibration', name), '{"falsePositives": 1}');
  expect(readCalibration(facts, root)).toBeNull();
  keepCalibration(facts, calibration, root);
  expect(readCalibration(facts, root)).toEqual(calibration);
  expect(readdirSync(join(root, 'calibration'))).toHaveLength(1);
});

test('a folder that cannot be written is told', () => {
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'sub', 'calibration'), 'a file');
  expect(keepCalibration(facts, calibration, join(root, 'sub'))).toMatch(/EEXIST|ENOTDIR/);
});
