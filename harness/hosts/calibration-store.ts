/** What `attnbench calibrate` found on this machine, kept beside the peaks: `compare` quotes it and takes its margin from it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Calibration } from '../gate/comparison.ts';
import { calibrationSchema } from '../gate/comparison.ts';
import type { RunHeader } from '../record.ts';
import { cacheRoot } from './cache.ts';
import { keepJson } from './whole-file.ts';

/** What error rates depend on, as far as a comparison knows it. */
export type CalibrationFacts = Pick<RunHeader, 'adapter' | 'flags' | 'clock'> & {
  readonly host: Pick<RunHeader['host'], 'webgpu' | 'cpu' | 'cores'>;
};

/** Equal for comparisons that may quote the same calibration. */
function keyOf({ adapter, flags, clock, host }: CalibrationFacts): string {
  const { name, vendor, architecture, device, description } = adapter;
  const facts = [
    [name, vendor, architecture, device, description],
    flags,
    clock.source,
    [host.webgpu, host.cpu, host.cores],
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

const fileOf = (facts: CalibrationFacts, root: string): string =>
  join(root, 'calibration', `${keyOf(facts)}.json`);

/** Null where this machine was never calibrated with this adapter, or what is there cannot be read. */
export function readCalibration(facts: CalibrationFacts, root: string = cacheRoot()): Calibration | null {
  try {
    return calibrationSchema.parse(JSON.parse(readFileSync(fileOf(facts, root), 'utf8')));
  } catch {
    // Whatever is wrong with it: calibrating again puts it right.
    return null;
  }
}

/** Keeps a calibration, by one rename. Says why it could not. */
export function keepCalibration(
  facts: CalibrationFacts,
  calibration: Calibration,
  root: string = cacheRoot(),
): string | null {
  return keepJson(fileOf(facts, root), calibration);
}
