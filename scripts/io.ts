/** Where a command writes: stdout is data, stderr is talk. */

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

/** Seconds as people say them: `40 s`, `3 min 20 s`, `2 h 5 min`. */
export function spokenSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 case`, `2 cases`. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
