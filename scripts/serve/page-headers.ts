/** What the page is made of, and the rules a browser is told to hold it to. */

export interface SiteFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** By path relative to the page. */
export type SiteFiles = ReadonlyMap<string, SiteFile>;

export const pageFile = 'index.html';

/** Where the page sends runs to, relative to itself. */
export const intakePath = 'runs';

/** The worker is made from text that the page already has, so that a new one needs no network: a blob. */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  'worker-src blob:',
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Isolated from other origins, a page gets its finest clock. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': `${contentPolicy}; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
