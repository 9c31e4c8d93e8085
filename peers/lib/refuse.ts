/** Refusals that several peers share. Each is a sentence that says what the library does not have. */
import type { Caps, Params, Refusal } from '../../kernels/contract.ts';

export const unsupported = (message: string): Refusal => ({ code: 'unsupported', message });

/** The first that is not null. */
export const firstRefusal = (...refusals: readonly (Refusal | null)[]): Refusal | null =>
  refusals.find((refusal) => refusal !== null) ?? null;

export const onlyF32 = (library: string, { precision }: Params): Refusal | null =>
  precision === 'f32'
    ? null
    : unsupported(`${library} is run in f32 here; precision=${precision} has no counterpart`);

export const sameWidths = (library: string, { d, dv }: Params): Refusal | null =>
  d === dv
    ? null
    : unsupported(`${library} needs values as wide as keys, and dv = ${dv} differs from d = ${d}`);

/** A causal mask over the first keys (top left) is all that the library has; with n = m there is no other. */
export const topLeftMask = (library: string, { n, m, causal, align }: Params): Refusal | null =>
  causal && n !== m && align === 'bottom_right'
    ? unsupported(`${library} aligns its causal mask top left, and the case wants it bottom right`)
    : null;

/** For libraries that materialise the scores of every head: they must fit one buffer. */
export function scoresFit(library: string, { batch, heads, n, m }: Params, { limits }: Caps): Refusal | null {
  const bytes = 4 * batch * heads * n * m;
  const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  if (bytes <= most) return null;
  const mebibytes = (count: number): string => `${Math.round(count / 2 ** 20)} MiB`;
  return {
    code: 'limit',
    message: `${library} makes all n x m scores, which take ${mebibytes(bytes)}, and the adapter binds at most ${mebibytes(most)}`,
  };
}

/** The score's factor as the library is to be told it. */
export const scoreScale = ({ scale, d }: Params): number =>
  typeof scale === 'number' && scale !== 0 ? scale : 1 / Math.sqrt(d);
