/** Runs a list of cases through sessions that may die: each case is measured once, retried once after a crash, and told apart. */
import type { CaseRecord } from './record.ts';
import { caseRecordSchema } from './record.ts';

/** What a session says of one case. */
export type SessionOutcome =
  | { readonly kind: 'record'; readonly record: CaseRecord }
  /** The session was ended because the case took too long. */
  | { readonly kind: 'timeout'; readonly seconds: number }
  /** The session's process ended by itself. */
  | { readonly kind: 'crash'; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string };

/** A process with an open device that measures one case at a time. After anything but `record` it is gone. */
export interface Session<Case> {
  measure(request: Case): Promise<SessionOutcome>;
  close(): Promise<void>;
}

export interface EngineCase {
  readonly id: string;
  /** What is known of the case without measuring it: what a record of its failure says. */
  readonly identity: Omit<Extract<CaseRecord, { status: 'failed' }>, 'status' | 'reason' | 'session'>;
}

export type EngineEvent =
  | { readonly kind: 'started'; readonly id: string; readonly index: number; readonly of: number }
  | {
      readonly kind: 'finished';
      readonly record: CaseRecord;
      readonly index: number;
      readonly of: number;
      readonly seconds: number;
    }
  | { readonly kind: 'retrying'; readonly id: string; readonly message: string }
  | { readonly kind: 'out of budget'; readonly remaining: number };

export interface EngineOptions<Case extends EngineCase> {
  readonly cases: readonly Case[];
  /** The session already open, if there is one. */
  readonly first: Session<Case> | null;
  /** Opens a fresh session; its number is one more than the last. Throws when the adapter is gone. */
  readonly open: () => Promise<Session<Case>>;
  readonly sessionNumber: () => number;
  /** Called with each record before the next case starts. */
  readonly append: (record: CaseRecord) => void;
  readonly notify: (event: EngineEvent) => void;
  readonly nowNs: () => number;
  /** Wall seconds after which no further case is started. */
  readonly budgetSeconds: number | null;
}

const triesPerCase = 2;

/** Measures every case in order. Returns how many were left for want of time. */
export async function runCases<Case extends EngineCase>(options: EngineOptions<Case>): Promise<number> {
  const { cases, append, notify, nowNs, budgetSeconds } = options;
  const started = nowNs();
  let session = options.first;
  try {
    for (const [index, request] of cases.entries()) {
      if (budgetSeconds !== null && (nowNs() - started) / 1e9 >= budgetSeconds) {
        notify({ kind: 'out of budget', remaining: cases.length - index });
        return cases.length - index;
      }
      notify({ kind: 'started', id: request.id, index, of: cases.length });
      const caseStarted = nowNs();
      let record: CaseRecord | null = null;
      for (let attempt = 1; record === null; attempt++) {
        session ??= await openOnceMore(options);
        const outcome = await session.measure(request);
        if (outcome.kind !== 'record') session = null;
        const verdict = recordOf(request, outcome, options.sessionNumber());
        const again = (outcome.kind === 'crash' || outcome.kind === 'lost') && attempt < triesPerCase;
        if (again) notify({ kind: 'retrying', id: request.id, message: outcome.message });
        else record = verdict;
      }
      append(record);
      notify({
        kind: 'finished',
        record,
        index,
        of: cases.length,
        seconds: (nowNs() - caseStarted) / 1e9,
      });
    }
    return 0;
  } finally {
    await session?.close();
  }
}

/** A driver that has just crashed may need a second try to open. Throws when that fails too. */
async function openOnceMore<Case extends EngineCase>({ open }: EngineOptions<Case>): Promise<Session<Case>> {
  try {
    return await open();
  } catch {
    return open();
  }
}

/** The record of a case as its session answered, or did not. */
export function recordOf(request: EngineCase, outcome: SessionOutcome, session: number): CaseRecord {
  const identity = { ...request.identity, session };
  switch (outcome.kind) {
    case 'record': {
      // One line that does not fit the schema would make the whole file unreadable.
      const { success, error } = caseRecordSchema.safeParse(outcome.record);
      if (success) return outcome.record;
      const [issue] = error.issues;
      const message = `its record does not fit the schema: ${issue.path.join('.')}: ${issue.message}`;
      return { ...identity, status: 'failed', reason: { code: 'record', message } };
    }
    case 'timeout':
      return {
        ...identity,
        status: 'timeout',
        reason: { code: 'timeout', message: `no answer within ${outcome.seconds} s; its process was ended` },
      };
    case 'crash':
      return { ...identity, status: 'failed', reason: { code: 'crash', message: outcome.message } };
    case 'lost':
      return { ...identity, status: 'lost', reason: { code: 'device-lost', message: outcome.message } };
  }
}
