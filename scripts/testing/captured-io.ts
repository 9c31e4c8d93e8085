/** An Io that keeps what a command writes. */
import { main } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';

export interface Captured {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function captured(...argv: readonly string[]): Promise<Captured> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    interactive: false,
    columns: 100,
  };
  return { code: await main(argv, io), out, err };
}
