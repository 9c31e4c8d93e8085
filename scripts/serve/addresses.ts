/** What this machine is called by in its own network. */
import { hostname, networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';

/** Addresses that other machines can use; link-local ones need a zone, which browsers do not take. */
export function lanAddresses(
  interfaces: NodeJS.Dict<readonly NetworkInterfaceInfo[]> = networkInterfaces(),
): readonly string[] {
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const usable = all.filter(
    ({ internal, address }) => !internal && !/^fe80:/i.test(address) && !address.startsWith('169.254.'),
  );
  return usable
    .sort((a, b) => Number(a.family === 'IPv6') - Number(b.family === 'IPv6'))
    .map(({ address }) => address);
}

export function ownNames(name: string = hostname()): readonly string[] {
  const lower = name.toLowerCase();
  return lower === '' || lower === 'localhost'
    ? []
    : [lower, ...(lower.includes('.') ? [] : [`${lower}.local`])];
}

export const urlOf = (scheme: 'http' | 'https', host: string, port: number): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/`;
