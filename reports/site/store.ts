/** Runs kept in the browser, case by case, so that what was measured survives a reload, a crash and a flat battery. */
import { caseRecordSchema, runHeaderSchema } from '../../harness/record.ts';
import type { CaseRecord, Run, RunHeader } from '../../harness/record.ts';

export interface KeptRun extends Run {
  /** The folder on the serving machine that it was sent to last, and how many cases it had then. */
  readonly sent: Sent | null;
}

export interface Sent {
  readonly folder: string;
  readonly cases: number;
}

const database = 'attnbench';
const version = 1;

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('the browser keeps nothing')));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (): void => reject(transaction.error ?? new Error('the browser could not keep it'));
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', failed);
    transaction.addEventListener('error', failed);
  });
}

/** What older versions of the page have left is not believed. */
function keptRun(head: unknown, lines: readonly unknown[]): KeptRun | null {
  if (typeof head !== 'object' || head === null || !('header' in head)) return null;
  const header = runHeaderSchema.safeParse(head.header);
  if (!header.success) return null;
  const cases = lines.flatMap((line) => {
    const record = caseRecordSchema.safeParse(line);
    return record.success ? [record.data] : [];
  });
  return { header: header.data, cases, sent: 'sent' in head ? sentOf(head.sent) : null };
}

function sentOf(value: unknown): Sent | null {
  if (typeof value !== 'object' || value === null || !('folder' in value) || !('cases' in value)) return null;
  const { folder, cases } = value;
  return typeof folder === 'string' && typeof cases === 'number' ? { folder, cases } : null;
}

export class RunStore {
  private readonly open: IDBDatabase;

  private constructor(open: IDBDatabase) {
    this.open = open;
  }

  /** Null where the browser keeps nothing, as in some private windows. */
  static async open(): Promise<RunStore | null> {
    try {
      const request = indexedDB.open(database, version);
      request.addEventListener('upgradeneeded', () => {
        request.result.createObjectStore('runs');
        request.result.createObjectStore('cases', { autoIncrement: true }).createIndex('run', 'run');
      });
      return new RunStore(await done(request));
    } catch {
      return null;
    }
  }

  /** The latest first. */
  async list(): Promise<readonly KeptRun[]> {
    const reading = this.open.transaction(['runs', 'cases']);
    const heads: unknown[] = await done(reading.objectStore('runs').getAll());
    const lines: readonly { readonly run: string; readonly record: unknown }[] = await done(
      reading.objectStore('cases').getAll(),
    );
    return heads
      .flatMap((head) => {
        const id = keptRun(head, [])?.header.runId;
        return (
          keptRun(
            head,
            lines.filter(({ run }) => run === id).map(({ record }) => record),
          ) ?? []
        );
      })
      .sort((a, b) => (a.header.startedAt < b.header.startedAt ? 1 : -1));
  }

  async begin(header: RunHeader): Promise<void> {
    await this.write('runs', (runs) => runs.put({ header, sent: null }, header.runId));
  }

  async append(runId: string, record: CaseRecord): Promise<void> {
    await this.write('cases', (cases) => cases.add({ run: runId, record }));
  }

  async markSent(header: RunHeader, sent: Sent): Promise<void> {
    await this.write('runs', (runs) => runs.put({ header, sent }, header.runId));
  }

  async remove(runId: string): Promise<void> {
    const writing = this.open.transaction(['runs', 'cases'], 'readwrite');
    const end = committed(writing);
    writing.objectStore('runs').delete(runId);
    const cases = writing.objectStore('cases');
    for (const key of await done(cases.index('run').getAllKeys(runId))) cases.delete(key);
    await end;
  }

  private async write(store: 'runs' | 'cases', work: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    // Strict: on disk before it counts as kept.
    const writing = this.open.transaction(store, 'readwrite', { durability: 'strict' });
    const end = committed(writing);
    work(writing.objectStore(store));
    await end;
  }
}
