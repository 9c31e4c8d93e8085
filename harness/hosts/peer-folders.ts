/** Peers are found by folder name: peers/<id>/peer.ts with a default export. Their packages are looked for where Node would. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Peer } from '../../peers/contract.ts';
import { UsageError } from '../errors.ts';
import type { LoadedPeer } from '../measure-peer.ts';
import { unknownWord } from '../nearest.ts';
import { builtInKernels, loadKernel } from './kernel-folders.ts';

export const builtInPeers = new URL('../../peers/', import.meta.url);

/** Ids of the peers there are, sorted. */
export function peerIds(): readonly string[] {
  return readdirSync(builtInPeers, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/peer.ts`, builtInPeers)))
    .map(({ name }) => name)
    .sort();
}

/** Throws UsageError with the nearest id, or the ids there are, for the first that does not exist. */
export function refuseUnknownPeers(ids: readonly string[]): void {
  const known = peerIds();
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new UsageError(unknownWord('peer', unknown, known));
}

/** A peer and its folder, with a trailing slash. */
export type FoundPeer = LoadedPeer & { readonly folder: URL };

/** Loads a peer by id. Throws UsageError when there is none. */
export async function loadPeer(id: string, kernels: URL = builtInKernels): Promise<FoundPeer> {
  refuseUnknownPeers([id]);
  const folder = new URL(`${id}/`, builtInPeers);
  const module: { readonly default: Peer } = await import(new URL('peer.ts', folder).href);
  const { kernel } = await loadKernel(module.default.like, kernels);
  return { id, peer: module.default, kernel, folder };
}

/** Folder of an installed package, found as Node does: in node_modules beside the peers, then in each folder above. */
export function packageFolder(name: string): URL | null {
  for (let folder = builtInPeers; ; folder = new URL('../', folder)) {
    const found = new URL(`node_modules/${name}/`, folder);
    if (existsSync(new URL('package.json', found))) return found;
    if (new URL('../', folder).href === folder.href) return null;
  }
}

/** Version of an installed package; null where it is not installed. */
export function packageVersion(name: string): string | null {
  const folder = packageFolder(name);
  if (folder === null) return null;
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return null;
  return typeof manifest.version === 'string' ? manifest.version : null;
}
