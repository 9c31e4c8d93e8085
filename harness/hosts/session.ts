/** A session: an open device in a process that may die, in whatever host. What asks it knows nothing of where it runs. */
import { EnvironmentError } from '../errors.ts';
import type { CaseRequest } from '../measure.ts';
import type { PairRequest } from '../pair-case.ts';
import type { PairedCase } from '../pair-plan.ts';
import type {
  DeviceFacts,
  FromChild,
  KernelAddress,
  ProgramRequest,
  SessionFacts,
  ToChild,
  TuneRequest,
  VectorRequest,
  VerifyRequest,
} from '../session-messages.ts';
import type { Session, SessionOutcome } from '../sweep-engine.ts';

export interface SessionCase extends KernelAddress {
  readonly request: CaseRequest;
}

/** The reply asked for, or how the session ended instead: then it is gone. */
export type Reply<Kind extends FromChild['kind']> =
  Extract<FromChild, { readonly kind: Kind }> | Exclude<SessionOutcome, { readonly kind: 'record' }>;

export interface DeviceSession extends Session<SessionCase> {
  readonly number: number;
  readonly facts: SessionFacts;
  /** Checks one case against the float64 reference, without timing it. */
  verify(request: VerifyRequest): Promise<Reply<'verified'>>;
  /** Races the shapes of one case. */
  tune(request: TuneRequest): Promise<Reply<'tuned'>>;
  /** Runs a golden vector. */
  compare(request: VectorRequest): Promise<Reply<'compared'>>;
  /** Measures what the adapter can do at most. */
  peaks(): Promise<Reply<'peaks'>>;
  /** What a case runs on this adapter. A refused case ends the session. */
  program(request: ProgramRequest): Promise<Reply<'program text'>>;
  /** What both sides of a case would run on this adapter. */
  planPair(paired: PairedCase): Promise<Reply<'pair planned'>>;
  /** Checks a case on both sides and times them in pairs. */
  pair(request: PairRequest): Promise<Reply<'paired'>>;
}

/** What came of a message: an answer, the end of what should have given it, or the time running out. */
export type Answer =
  | { readonly kind: 'message'; readonly message: FromChild }
  | { readonly kind: 'ended'; readonly message: string }
  | { readonly kind: 'timeout' };

/** The way to where the device is. One message at a time. */
export interface Channel {
  ask(message: ToChild, timeoutSeconds: number): Promise<Answer>;
  /** Ends what is at the other side, whatever it is doing. */
  kill(): void;
  close(): Promise<void>;
}

const outOfTurn = 'its process answered out of turn';

/** What the other side says first. Throws EnvironmentError where it has no device to offer. */
export function factsOf(opened: Answer, adapter: string, timeoutSeconds: number): DeviceFacts {
  if (opened.kind === 'message' && opened.message.kind === 'opened') return opened.message.facts;
  const why =
    opened.kind === 'timeout'
      ? `no device within ${timeoutSeconds} s`
      : opened.kind === 'ended'
        ? opened.message
        : 'message' in opened.message
          ? opened.message.message
          : outOfTurn;
  throw new EnvironmentError(`adapter '${adapter}' cannot be used: ${why}`);
}

export interface OpenedOn {
  readonly channel: Channel;
  readonly facts: SessionFacts;
  readonly number: number;
  /** A case that does not answer within this is a timeout, and its process is killed. */
  readonly caseTimeoutSeconds: number;
}

/** The session at the other end of a channel. */
export function sessionOn({ channel, facts, number, caseTimeoutSeconds }: OpenedOn): DeviceSession {
  const ask = async <Kind extends FromChild['kind']>(message: ToChild, kind: Kind): Promise<Reply<Kind>> => {
    const reply = await channel.ask(message, caseTimeoutSeconds);
    if (reply.kind === 'message' && isKind(reply.message, kind)) return reply.message;
    channel.kill();
    if (reply.kind === 'timeout') return { kind: 'timeout', seconds: caseTimeoutSeconds };
    if (reply.kind === 'ended') return { kind: 'crash', message: reply.message };
    if (reply.message.kind === 'lost') return { kind: 'lost', message: reply.message.message };
    return { kind: 'crash', message: 'message' in reply.message ? reply.message.message : outOfTurn };
  };
  return {
    number,
    facts,
    measure: ({ kernel, source, request }) =>
      ask({ kind: 'measure', kernel, source, request, session: number }, 'record'),
    verify: (request) => ask(request, 'verified'),
    tune: (request) => ask(request, 'tuned'),
    compare: (request) => ask(request, 'compared'),
    peaks: () => ask({ kind: 'peaks' }, 'peaks'),
    program: (request) => ask(request, 'program text'),
    planPair: (paired) => ask({ kind: 'pair plan', paired }, 'pair planned'),
    pair: (request) => ask({ kind: 'pair', request }, 'paired'),
    close: () => channel.close(),
  };
}

const isKind = <Kind extends FromChild['kind']>(
  message: FromChild,
  kind: Kind,
): message is Extract<FromChild, { readonly kind: Kind }> => message.kind === kind;
