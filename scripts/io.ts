/** Where a command writes: stdout is data, stderr is talk. */
export { formatCount as counted, spokenSeconds } from '../harness/format.ts';

export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** A person is watching stderr. */
  readonly interactive: boolean;
  /** Width of that person's terminal. */
  readonly columns: number;
}

export const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 100,
};

export const outJson = (io: Io, value: unknown): void => io.out(`${JSON.stringify(value, null, 2)}\n`);
