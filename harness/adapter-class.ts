/** Adapters that are tuned alike share a class: the name of a tuning table's file. */
import type { AdapterStrings } from './adapter.ts';
import { softwareName } from './adapter.ts';

/** What a file's name may hold. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/**
 * `lavapipe-8`, `swiftshader-4` (a software driver is as wide as its processor's vectors), `nvidia-ampere`; `unknown` for an
 * adapter that says nothing of itself.
 */
export function adapterClass(
  info: Omit<AdapterStrings, 'isFallbackAdapter'> & { readonly subgroupMaxSize: number },
): string {
  const software = softwareName({ ...info, isFallbackAdapter: false });
  if (software !== null) return info.subgroupMaxSize > 0 ? `${software}-${info.subgroupMaxSize}` : software;
  return slug(`${info.vendor} ${info.architecture || info.device}`) || 'unknown';
}
