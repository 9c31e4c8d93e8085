/** A run while it is measured: the same engine as everywhere, with a way to stop at once and go on later. */
import type { DeviceSession, SessionCase } from '../../harness/hosts/session.ts';
import type { CaseRecord, Run } from '../../harness/record.ts';
import { engineCase } from '../../harness/sweep-case.ts';
import type { SweepCase } from '../../harness/sweep-case.ts';
import type { EngineEvent, Session } from '../../harness/sweep-engine.ts';
import { runCases } from '../../harness/sweep-engine.ts';
import type { SitePlan } from './plan.ts';

export interface MeasuringOptions {
  readonly plan: SitePlan;
  /** What there is of it already. */
  readonly run: Run;
  /** The session already open. */
  readonly first: DeviceSession;
  readonly open: (number: number) => Promise<DeviceSession>;
  /** Each record before the next case starts. */
  readonly append: (record: CaseRecord) => void;
  readonly notify: (event: EngineEvent) => void;
}

export type Ending =
  | { readonly kind: 'finished' | 'stopped' }
  /** The adapter is gone, or what was measured could not be kept. */
  | { readonly kind: 'broken'; readonly message: string };

class Stopped extends Error {}

/** The cases of a plan that a run does not have yet. */
export const casesLeft = ({ cases }: SitePlan, run: Run): SitePlan['cases'] => {
  const measured = new Set(run.cases.map(({ id }) => id));
  return cases.filter(({ id }) => !measured.has(id));
};

export class Measuring {
  readonly ended: Promise<Ending>;
  private readonly stopping: Promise<never>;
  private rejectStopping: (reason: Error) => void = () => undefined;
  private session: DeviceSession;

  constructor(options: MeasuringOptions) {
    this.session = options.first;
    this.stopping = new Promise((_, reject) => {
      this.rejectStopping = reject;
    });
    // Nobody may be waiting when it is stopped.
    this.stopping.catch(() => undefined);
    this.ended = this.measure(options);
  }

  /** Ends the worker in the middle of its case, which is then not measured yet. */
  stop(): void {
    this.rejectStopping(new Stopped());
  }

  private async measure({ plan, run, first, open, append, notify }: MeasuringOptions): Promise<Ending> {
    const cases = casesLeft(plan, run).flatMap((planned): SweepCase[] => {
      const loaded = plan.kernels.get(planned.kernel);
      return loaded === undefined ? [] : [engineCase(loaded, planned, run.header, run.header.secondsPerCase)];
    });
    try {
      await runCases<SweepCase>({
        cases,
        first: this.stoppable(first),
        open: async () => {
          this.session = await Promise.race([open(this.session.number + 1), this.stopping]);
          return this.stoppable(this.session);
        },
        sessionNumber: () => this.session.number,
        append,
        notify,
        nowNs: () => performance.now() * 1e6,
        budgetSeconds: null,
      });
      return { kind: 'finished' };
    } catch (error) {
      if (error instanceof Stopped) return { kind: 'stopped' };
      return { kind: 'broken', message: error instanceof Error ? error.message : String(error) };
    }
  }

  private stoppable(session: DeviceSession): Session<SessionCase> {
    return {
      measure: (request) => Promise.race([session.measure(request), this.stopping]),
      close: () => session.close(),
    };
  }
}
