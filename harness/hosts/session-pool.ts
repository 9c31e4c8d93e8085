/**
 * The processes of a sweep: one for kernels, and one for each peer, opened when its first case comes. Libraries change the global
 * scope and the device they are given, so that none shares a process with anything else; whoever is not measured is idle.
 */
import type { Session, SessionOutcome } from '../sweep-engine.ts';
import type { SessionCase, DeviceSession } from './session.ts';

export interface PoolOptions {
  /** Opens a process; `peer` is null for kernels. */
  readonly open: (peer: string | null) => Promise<DeviceSession>;
  /** The kernels' process, already open. */
  readonly first: DeviceSession;
  readonly isPeer: (kernel: string) => boolean;
}

export class SessionPool implements Session<SessionCase> {
  private readonly options: PoolOptions;
  private readonly sessions = new Map<string | null, DeviceSession>();
  private lastNumber: number;

  constructor(options: PoolOptions) {
    this.options = options;
    this.sessions.set(null, options.first);
    this.lastNumber = options.first.number;
  }

  /** The number of the process that the last case went to. */
  get lastSession(): number {
    return this.lastNumber;
  }

  /** Measures in the process that the case belongs to, which is opened first where there is none. Its end leaves the others. */
  async measure(request: SessionCase): Promise<SessionOutcome> {
    const owner = this.options.isPeer(request.kernel) ? request.kernel : null;
    const session = this.sessions.get(owner) ?? (await this.open(owner));
    this.lastNumber = session.number;
    const outcome = await session.measure(request);
    if (outcome.kind !== 'record') this.sessions.delete(owner);
    return outcome;
  }

  async close(): Promise<void> {
    const open = [...this.sessions.values()];
    this.sessions.clear();
    await Promise.all(open.map((session) => session.close()));
  }

  /** A driver that has just crashed may need a second try to open. */
  private async open(owner: string | null): Promise<DeviceSession> {
    const session = await this.options.open(owner).catch(() => this.options.open(owner));
    this.sessions.set(owner, session);
    return session;
  }
}
