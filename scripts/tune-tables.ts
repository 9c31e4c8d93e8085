/** The tuning tables of a search: read when it starts, written after every case that is decided, so that nothing certain is lost. */
import type { Caps } from '../kernels/contract.ts';
import { readTable, writeTable } from '../harness/hosts/tuning-folder.ts';
import type { LoadedKernel } from '../harness/program.ts';
import { tuningFile } from '../harness/tuning-choice.ts';
import type { TuningEntry, TuningTable } from '../harness/tuning-table.ts';
import { capsForTable, tuningSchemaName, updateTable } from '../harness/tuning-table.ts';
import type { TuneResult } from './tune-report.ts';

/** What a search did to the table of a kernel. */
export interface TableOfSearch {
  readonly file: string;
  readonly table: TuningTable;
  /** Entries that were found, and older ones that they replaced. */
  readonly added: number;
  readonly dropped: number;
}

export class TablesOfSearch {
  private readonly tables = new Map<string, TableOfSearch>();
  private readonly kernels: ReadonlyMap<string, LoadedKernel>;
  private readonly about: Omit<TuningEntry['measured'], 'case'>;
  private readonly dryRun: boolean;

  /** Throws UsageError when a table is there and cannot be read. */
  constructor(options: {
    readonly kernels: readonly LoadedKernel[];
    readonly adapterClass: string;
    readonly caps: Caps;
    /** What every entry says of where it comes from. */
    readonly about: Omit<TuningEntry['measured'], 'case'>;
    readonly dryRun: boolean;
  }) {
    const { kernels, adapterClass, caps } = options;
    this.kernels = new Map(kernels.map((loaded) => [loaded.id, loaded]));
    this.about = options.about;
    this.dryRun = options.dryRun;
    for (const loaded of kernels) {
      const entries = readTable(loaded, adapterClass)?.entries ?? [];
      const head = { kernel: loaded.id, adapterClass, caps: capsForTable(caps) };
      const file = `kernels/${loaded.id}/${tuningFile(adapterClass)}`;
      this.tables.set(loaded.id, {
        file,
        table: { schema: tuningSchemaName, ...head, entries },
        added: 0,
        dropped: 0,
      });
    }
  }

  /** Takes in what one case came to. Throws what `writeTable` throws. */
  add(result: TuneResult): void {
    const before = this.tables.get(result.kernel);
    const loaded = this.kernels.get(result.kernel);
    if (before === undefined || loaded === undefined || result.kind !== 'searched') return;
    const { verdict, when, id } = result;
    if (verdict.kind !== 'better' && verdict.kind !== 'default') return;
    const { median, low, high, pairs } = verdict.ratio;
    const entry: TuningEntry = {
      when,
      shape: { ...verdict.shape },
      ratio: { median: round(median), low: round(low), high: round(high), pairs },
      measured: { case: id, ...this.about },
    };
    const { table, added, dropped } = updateTable(
      before.table,
      when,
      verdict.kind === 'better' ? entry : null,
    );
    if (added + dropped === 0) return;
    this.tables.set(result.kernel, {
      ...before,
      table,
      added: before.added + added,
      dropped: before.dropped + dropped,
    });
    if (!this.dryRun) writeTable(loaded, table);
  }

  changed(): readonly TableOfSearch[] {
    return [...this.tables.values()].filter(({ added, dropped }) => added + dropped > 0);
  }
}

const round = (ratio: number): number => Number(ratio.toFixed(3));
