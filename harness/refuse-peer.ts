/** Why a peer does not run a case: its packages are not there, or the library cannot compute it. */
import type { Caps, Params, Refusal } from '../kernels/contract.ts';
import type { Peer } from '../peers/contract.ts';

export const installCommand = 'npm run peers:install';

/** `version` answers null for a package that is not installed. */
export function refusePeer(
  peer: Pick<Peer, 'packages' | 'refuse'>,
  params: Params,
  caps: Caps,
  version: (packageName: string) => string | null,
): Refusal | null {
  const refusal = peer.refuse(params, caps);
  if (refusal !== null) return refusal;
  const missing = peer.packages.filter((name) => version(name) === null);
  if (missing.length === 0) return null;
  const verb = missing.length === 1 ? 'is' : 'are';
  return {
    code: 'unsupported',
    message: `${missing.join(' and ')} ${verb} not installed; install with: ${installCommand}`,
  };
}
