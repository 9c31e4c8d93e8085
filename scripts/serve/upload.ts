/** What a page sends, before any of it is believed: a run is what the schema says, and nothing else is kept. */
import { readJournal } from '../../harness/journal.ts';
import type { Run } from '../../harness/record.ts';
import type { IntakeLimits } from './limits.ts';

export type Upload =
  | {
      readonly kind: 'run';
      readonly run: Run;
      /** The lines of records.jsonl, written anew from what was checked. */ readonly text: string;
    }
  | { readonly kind: 'refused'; readonly message: string };

const name = 'the upload';
const refused = (message: string): Upload => ({ kind: 'refused', message });

function decoded(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

/** The first line that is too long, counted from 1. */
function overlongLine(body: Uint8Array, lineBytes: number): number | null {
  for (let start = 0, line = 1; start < body.length; line++) {
    const feed = body.indexOf(0x0a, start);
    const end = feed === -1 ? body.length : feed;
    if (end - start > lineBytes) return line;
    start = end + 1;
  }
  return null;
}

/** Reads a `records.jsonl` that came over the network: every line whole, checked by the schema, each case once and one of those planned. */
export function readUpload(body: Uint8Array, limits: Pick<IntakeLimits, 'lineBytes' | 'cases'>): Upload {
  const overlong = overlongLine(body, limits.lineBytes);
  if (overlong !== null)
    return refused(`${name} line ${overlong} is longer than ${limits.lineBytes} bytes, which no record is`);
  const text = decoded(body);
  if (text === null) return refused(`${name} is not UTF-8 text`);
  const journal = readJournal(text, name);
  if (journal.kind === 'refused') return journal;
  const { run, truncated } = journal;
  const { header, cases } = run;
  if (truncated !== null) return refused(`${name} is cut off; send it again`);
  if (cases.length === 0) return refused(`${name} holds no case: there is nothing to keep`);
  if (cases.length > limits.cases || header.plannedCases.length > limits.cases) {
    return refused(`${name} holds more than ${limits.cases} cases`);
  }
  // A page has no kernels but ours; what the header calls a file would be opened by `run --resume`.
  if (header.kernelFiles !== undefined)
    return refused(`${name} names kernel files, which a page cannot bring along`);
  const ids = new Set(cases.map(({ id }) => id));
  if (ids.size < cases.length) return refused(`${name} holds a case twice`);
  const planned = new Set(header.plannedCases);
  if (cases.some(({ id }) => !planned.has(id)))
    return refused(`${name} holds a case that its header did not plan`);
  return { kind: 'run', run, text: [header, ...cases].map((line) => `${JSON.stringify(line)}\n`).join('') };
}
