/** Measuring what the adapter can do at most, before the cases. */
import type { DeviceSession, Reply } from '../../harness/hosts/session.ts';
import type { Peaks } from '../../harness/record.ts';

export type PeaksOutcome =
  | { readonly kind: 'peaks'; readonly peaks: Peaks }
  /** A run is worth something without. */
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'stopped' };

function whyNone(reply: Reply<'peaks'>): string {
  switch (reply.kind) {
    case 'timeout':
      return `no answer within ${reply.seconds} s`;
    case 'crash':
    case 'lost':
      return reply.message;
    case 'peaks':
      return 'message' in reply.result ? reply.result.message : '';
  }
}

/** After anything but peaks the session is gone. */
export async function measurePeaks(session: DeviceSession, stopped: Promise<void>): Promise<PeaksOutcome> {
  const reply = await Promise.race([session.peaks(), stopped.then(() => null)]);
  if (reply?.kind === 'peaks' && !('kind' in reply.result)) return { kind: 'peaks', peaks: reply.result };
  await session.close();
  return reply === null ? { kind: 'stopped' } : { kind: 'none', why: whyNone(reply) };
}
