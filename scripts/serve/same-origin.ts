/** Is it our own page that asks? Another site's page can reach this server through the reader's browser; it must get nothing. */
import { isIP } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

const withoutBrackets = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/**
 * Whether a page may be at this `Host`. A name that somebody else's DNS answers for could point here (DNS rebinding), so of names only
 * ours count; an address is an address.
 */
export function isOwnHost(host: string | undefined, names: readonly string[]): boolean {
  const hostname = urlOf(`http://${host ?? ''}`)?.hostname ?? '';
  return isIP(withoutBrackets(hostname)) !== 0 || names.includes(hostname.toLowerCase());
}

/** Whether a request that changes something comes from the page that this server gave out. Browsers always say so; others need not. */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  const site = headers['sec-fetch-site'];
  if (origin === undefined || host === undefined) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  const from = urlOf(origin);
  const here = from === null ? null : urlOf(`${from.protocol}//${host}`);
  return from !== null && here !== null && /^https?:$/.test(from.protocol) && from.host === here.host;
}
