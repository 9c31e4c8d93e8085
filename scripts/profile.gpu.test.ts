/** `attnbench profile` as users start it, on the adapter at hand. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readRun } from '../harness/hosts/run-folder.ts';
import { captured } from './testing/captured-io.ts';
import type { Captured } from './testing/captured-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'attnbench-profile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const profileFolder = join(folder, 'run', 'profile');

let ended: Captured;
beforeAll(async () => {
  const settings = [
    '--seconds-per-case',
    '0.1',
    '--format',
    'csv,trace',
    '--dump',
    '--no-peaks',
    '--out',
    join(folder, 'run'),
  ];
  ended = await captured('profile', 'naive:n=65,heads=2,d=16', 'copy:n=65,heads=2,d=16', ...settings);
});

describe('a profile', () => {
  it('tells passes, gaps, workgroups and the host’s part, and which pass makes the difference', () => {
    expect(ended.code, ended.err).toBe(0);
    for (const word of [
      'scores',
      'softmax',
      'values',
      'between passes',
      'whole call',
      'queue wait',
      'share of it',
    ]) {
      expect(ended.out).toContain(word);
    }
  });

  it('writes a trace whose passes lie within the queue', () => {
    const schema = z.object({
      traceEvents: z.array(
        z.object({
          ph: z.string(),
          cat: z.string().optional(),
          ts: z.number().optional(),
          dur: z.number().optional(),
        }),
      ),
    });
    const { traceEvents } = schema.parse(JSON.parse(readFileSync(join(profileFolder, 'trace.json'), 'utf8')));
    const spans = (cat: string): readonly (readonly [number, number])[] =>
      traceEvents.flatMap(({ ph, cat: of, ts = 0, dur = 0 }) =>
        ph === 'X' && of === cat ? [[ts, ts + dur]] : [],
      );
    const queues = spans('queue');
    expect(queues).toHaveLength(2);
    expect(spans('gpu')).toHaveLength(4);
    for (const [begin, end] of spans('gpu')) {
      expect(queues.some(([from, to]) => from <= begin + 1e-3 && end <= to + 1e-3)).toBe(true);
    }
  });

  it('dumps the WGSL that ran: a file hashes to what the record says', () => {
    const hashes = readRun(join(folder, 'run')).run.cases.flatMap((record) =>
      record.status === 'ok' ? (record.passes ?? []).map(({ hash }) => hash) : [],
    );
    const wgsl = join(profileFolder, 'wgsl');
    const files = readdirSync(wgsl);
    const dumped = files
      .filter((file) => file.endsWith('.wgsl'))
      .map((file) =>
        createHash('sha256')
          .update(readFileSync(join(wgsl, file)))
          .digest('hex'),
      );
    expect(dumped.sort()).toEqual([...hashes].sort());
    const plans = files.filter((file) => file.endsWith('.json'));
    expect(plans).toHaveLength(2);
    const schema = z.object({
      passes: z.array(z.object({ file: z.string(), uniforms: z.record(z.string(), z.unknown()) })),
    });
    for (const plan of plans) {
      const { passes } = schema.parse(JSON.parse(readFileSync(join(wgsl, plan), 'utf8')));
      for (const { file } of passes) expect(files).toContain(file);
    }
  });

  it('is drawn again from the run it left', async () => {
    const again = await captured(
      'profile',
      join(folder, 'run'),
      '--format',
      'csv',
      '--out',
      join(folder, 'again'),
    );
    expect(again.code).toBe(0);
    expect(again.out).toBe(ended.out);
  });
});
