/** A browser page as a host. */
import type { Host } from '../../host.ts';

const hexOf = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function textAt(url: URL): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} was not served: ${response.status} ${response.statusText}`);
  return response.text();
}

/** `files`: addresses of the files that need not be there and are. Browsers log each request for a missing one as an error. */
export function createPageHost(files: ReadonlySet<string>): Host {
  return {
    name: 'page',
    nowNs: () => performance.now() * 1e6,
    // A page sees neither the CPU time of its process nor that of the GPU's, which is another.
    cpuNs: () => null,
    // The adapter works in a process of its own: waiting here takes nothing from it.
    wait: (work) => work,
    loadText: textAt,
    findText: async (url) => (files.has(url.href) ? textAt(url) : null),
    sha256Hex: async (text) => hexOf(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
    freeMemoryBytes: () => null,
  };
}
