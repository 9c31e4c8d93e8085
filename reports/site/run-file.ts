/** A run as the file that a run folder holds, and the two ways out of the page. */
import type { Run, RunHeader } from '../../harness/record.ts';
import { element } from '../html/dom.ts';
import type { Sent } from './store.ts';

/** In the reader's own time and words. */
export const whenOf = ({ startedAt }: RunHeader): string =>
  new Date(startedAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

export const recordsText = ({ header, cases }: Run): string =>
  [header, ...cases].map((line) => `${JSON.stringify(line)}\n`).join('');

export function download(run: Run): void {
  const address = URL.createObjectURL(new Blob([recordsText(run)], { type: 'application/x-ndjson' }));
  const link = element('a', { href: address, download: 'records.jsonl' });
  link.click();
  // The download has begun by the next minute, and the memory is given back.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export type Outcome =
  | { readonly kind: 'sent'; readonly sent: Sent }
  | { readonly kind: 'refused' | 'unreachable'; readonly message: string };

const unreachable: Outcome = {
  kind: 'unreachable',
  message:
    'The serving machine cannot be reached. The run stays in this browser: send it later, or download it.',
};

const textIn = (answer: unknown, name: 'folder' | 'error'): string | null => {
  if (typeof answer !== 'object' || answer === null || !(name in answer)) return null;
  const value: unknown = Object.entries(answer).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : null;
};

/** `path`: where the page's own server takes runs in, relative to the page. */
export async function send(run: Run, path: string): Promise<Outcome> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: recordsText(run),
    });
  } catch {
    return unreachable;
  }
  const answer: unknown = await response.json().catch(() => null);
  const folder = textIn(answer, 'folder');
  if (response.ok && folder !== null) return { kind: 'sent', sent: { folder, cases: run.cases.length } };
  const why = textIn(answer, 'error') ?? `it answered ${response.status}`;
  return { kind: 'refused', message: `The serving machine did not take the run: ${why}.` };
}
