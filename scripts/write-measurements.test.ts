import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeTargets } from '../reports/targets/targets-table.ts';
import { missedTargets } from '../reports/measurements.ts';
import { targets } from '../reports/targets/target-list.ts';
import { measurementsFile, measurementsText, readBaselines, readNotes } from './write-measurements.ts';

describe('docs/measurements.md', () => {
  it('is current; `npm run measurements` rewrites it', async () => {
    expect(existsSync(measurementsFile)).toBe(true);
    expect(readFileSync(measurementsFile, 'utf8')).toBe(await measurementsText());
  });

  it('gives a reason for every target that was not reached, and for no other', () => {
    const judged = judgeTargets(
      targets,
      readBaselines().map(({ run }) => run),
    );
    expect(Object.keys(readNotes()).sort()).toEqual([...missedTargets(judged)].sort());
  });
});
