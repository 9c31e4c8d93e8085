/** Peaks for a run: kept from an earlier one, or measured now in a process of their own. */
import { nodeHost } from '../harness/hosts/node-host.ts';
import type { DeviceSession } from '../harness/hosts/session.ts';
import type { SessionHost } from '../harness/hosts/session-host.ts';
import { keepPeaks, peaksKey, readPeaks } from '../harness/hosts/peaks-cache.ts';
import type { SessionFacts } from '../harness/session-messages.ts';
import type { Peaks } from '../harness/record.ts';
import type { Io } from './io.ts';
import { spokenSeconds } from './io.ts';

export type Obtained =
  | { readonly kind: 'peaks'; readonly peaks: Peaks; readonly kept: boolean }
  | { readonly kind: 'none'; readonly message: string };

/** A driver that compiles each micro-kernel for seconds is given up on. */
const timeoutSeconds = 600;

/** `again`: measure even where peaks are kept. */
export async function obtainPeaks(
  host: SessionHost,
  facts: SessionFacts,
  again: boolean,
  io: Io,
): Promise<Obtained> {
  const key = peaksKey({ ...facts, flags: [...facts.flags] });
  const kept = again ? null : readPeaks(key);
  if (kept !== null) return { kind: 'peaks', peaks: kept, kept: true };
  io.err('measuring what this adapter can do at most, which takes up to a minute ...\n');
  const started = nodeHost.nowNs();
  const session = await host.open({ number: 0, caseTimeoutSeconds: timeoutSeconds });
  const measured = await measureIn(session);
  if (measured.kind === 'none') return measured;
  const problem = keepPeaks(key, measured.peaks);
  const seconds = spokenSeconds((nodeHost.nowNs() - started) / 1e9);
  io.err(
    problem === null
      ? `measured in ${seconds}; kept until the adapter, its driver or its flags change\n`
      : `measured in ${seconds}; not kept, as the cache folder cannot be written: ${problem}\n`,
  );
  return { kind: 'peaks', peaks: measured.peaks, kept: false };
}

async function measureIn(session: DeviceSession): Promise<Obtained> {
  try {
    const reply = await session.peaks();
    switch (reply.kind) {
      case 'peaks':
        return 'message' in reply.result
          ? { kind: 'none', message: reply.result.message }
          : { kind: 'peaks', peaks: reply.result, kept: false };
      case 'timeout':
        return { kind: 'none', message: `no answer within ${reply.seconds} s` };
      case 'crash':
      case 'lost':
        return { kind: 'none', message: reply.message };
    }
  } finally {
    await session.close();
  }
}
