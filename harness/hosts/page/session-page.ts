/** The page of a session: opens the browser's adapter, then measures the cases it is sent. */
import type { AdapterInfo } from '../../record.ts';
import type { FromChild, ToChild } from '../../session-messages.ts';
import type { SessionWork } from '../../session-work.ts';
import { answerTo, notOpened, openContext } from '../../session-work.ts';
import type { BundledPack } from './bundled-packs.ts';
import { decode, encode } from './codec.ts';
import { openPageAdapter } from './page-adapter.ts';
import { createPageHost } from './page-host.ts';
import type { PageKernels } from './page-kernels.ts';
import { pageKernels } from './page-kernels.ts';

/** An adapter in its driver's words. */
export type AdapterWords = Pick<AdapterInfo, 'vendor' | 'architecture' | 'device' | 'description'>;

/** What the process that drives the page calls; messages and answers are encoded. */
export interface SessionPage {
  /**
   * `kernels`: where the session's own are served, a path with a trailing slash. `words`: what the adapter is known to be, for a browser
   * that says nothing of it.
   */
  open(adapterName: string, kernels: string, words: AdapterWords): Promise<string>;
  /** `packs`: where those that the message names are served. */
  answer(message: string, packs: Readonly<Record<string, string>>): Promise<string>;
}

declare global {
  var attnbench: SessionPage;
}

/** Addresses of the files beside all kernels loaded so far. */
const files = new Set<string>();
const loaded = new Map<string, Promise<PageKernels>>();

async function load(path: string): Promise<PageKernels> {
  const base = new URL(path, location.href);
  const module: { readonly packs: Readonly<Record<string, BundledPack>> } = await import(
    new URL('bundled-packs.js', base).href
  );
  const kernels = pageKernels(module.packs, base);
  for (const file of kernels.files) files.add(file);
  return kernels;
}

function kernelsAt(path: string): Promise<PageKernels> {
  const known = loaded.get(path) ?? load(path);
  loaded.set(path, known);
  return known;
}

/** The name that every pack has in its own bundle. */
const packName = 'kernels';

let work: SessionWork | null = null;
let places: Readonly<Record<string, string>> = {};

/** Firefox leaves all of them empty; Deno gives numbers for the vendor and the device. */
const saysNothing = ({ vendor, architecture }: AdapterWords): boolean =>
  architecture === '' && /^\d*$/.test(vendor);

async function open(adapterName: string, own: string, words: AdapterWords): Promise<FromChild> {
  try {
    const found = await openPageAdapter(adapterName);
    const info = saysNothing(found.info) ? { ...found.info, ...words } : found.info;
    const { context, facts } = await openContext({ ...found, info }, createPageHost(files));
    work = {
      context,
      async load(address, pack) {
        const kernels = await kernelsAt(pack === null ? own : places[pack]);
        return kernels.load(address, packName);
      },
      peer: null,
    };
    return { kind: 'opened', facts: { ...facts, flags: [] } };
  } catch (error) {
    return notOpened(error);
  }
}

globalThis.attnbench = {
  open: async (adapterName, kernels, words) => encode(await open(adapterName, kernels, words)),
  async answer(text, packs) {
    if (work === null) return encode(notOpened(new Error('the page was asked before its device was open')));
    places = packs;
    return encode(await answerTo(work, decode<ToChild>(text)));
  },
};
