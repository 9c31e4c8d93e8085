/** What a sweep says while it runs: on a terminal one line that is rewritten, elsewhere one line a case. */
import { median, relativeHalfWidth } from '../harness/stats.ts';
import type { CaseRecord } from '../harness/record.ts';
import { primarySamplesNs } from '../harness/record.ts';
import type { EngineEvent } from '../harness/sweep-engine.ts';
import { formatDuration } from '../harness/format.ts';
import type { Io } from './io.ts';
import { counted } from './io.ts';

/** `1:05` or `2:03:09`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** What became of a case, in a few words. */
export function outcomeText(record: CaseRecord): string {
  if (record.status !== 'ok') return `${record.status}: ${record.reason.message}`;
  const samples = primarySamplesNs(record);
  const half = relativeHalfWidth(samples);
  const interval = half === null ? counted(samples.length, 'sample') : `± ${(half * 100).toFixed(1)} %`;
  return `${formatDuration(median(samples))} ${interval}`;
}

export class Progress {
  private readonly io: Io;
  private readonly nowNs: () => number;
  private readonly startedNs: number;
  private finished = 0;

  constructor(io: Io, nowNs: () => number) {
    this.io = io;
    this.nowNs = nowNs;
    this.startedNs = nowNs();
  }

  handle(event: EngineEvent): void {
    switch (event.kind) {
      case 'started':
        if (this.io.interactive)
          // A narrow terminal cuts the end off: better the id's than the time that is left.
          this.rewrite(`${this.position(event.index, event.of)} ${this.times(event.of)}  ${event.id}`);
        return;
      case 'finished': {
        this.finished++;
        const { record, index, of } = event;
        const line = `${this.position(index, of)} ${record.id}  ${outcomeText(record)}`;
        if (!this.io.interactive) this.io.err(`${line}  (${this.times(of)})\n`);
        else if (record.status === 'ok' || record.status === 'skipped') this.rewrite('');
        // A case that went wrong stays on the screen.
        else this.keep(line);
        return;
      }
      case 'retrying':
        this.keep(`${event.id} ended its process (${event.message}); trying once more in a fresh one`);
        return;
      case 'out of budget':
        this.keep(`the budget is spent: ${counted(event.remaining, 'case')} not measured`);
    }
  }

  /** Leaves the terminal's line empty for what comes next. */
  end(): void {
    if (this.io.interactive) this.rewrite('');
  }

  private position(index: number, of: number): string {
    return `[${String(index + 1).padStart(String(of).length)}/${of}]`;
  }

  private times(of: number): string {
    const elapsed = (this.nowNs() - this.startedNs) / 1e9;
    if (this.finished === 0) return `${clockTime(elapsed)} elapsed`;
    const left = (elapsed / this.finished) * (of - this.finished);
    return `${clockTime(elapsed)} elapsed, about ${clockTime(left)} left`;
  }

  private rewrite(text: string): void {
    const width = this.io.columns - 1;
    this.io.err(`\r\u001B[2K${text.slice(0, width)}`);
  }

  private keep(line: string): void {
    if (this.io.interactive) this.rewrite('');
    this.io.err(`${line}\n`);
  }
}
