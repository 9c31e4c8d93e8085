/** An Io that keeps what a command writes. */
import { main } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';

export interface Captured {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** `written` grows with what is written. */
export function capturingIo(): { readonly io: Io; readonly written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  const io: Io = {
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    interactive: false,
    columns: 100,
  };
  return { io, written };
}

/** Runs a command line in this process. */
export async function captured(...argv: readonly string[]): Promise<Captured> {
  const { io, written } = capturingIo();
  const code = await main(argv, io);
  return { code, ...written };
}
