/**
 * The worker of a session: opens the browser's adapter, then measures the cases it is sent, while its page stays alive. Everything it
 * reads is in its script, so that a new one needs no network.
 */
import type { FromChild, ToChild } from '../../session-messages.ts';
import type { SessionWork } from '../../session-work.ts';
import { answerTo, notOpened, openContext } from '../../session-work.ts';
import { packs } from './bundled-packs.ts';
import { texts } from './bundled-texts.ts';
import { openPageAdapter } from './page-adapter.ts';
import { createPageHost } from './page-host.ts';
import { pageKernels } from './page-kernels.ts';

/** The pack of a session's own kernels. */
const ownPack = 'kernels';
/** Where the texts are: an address of no network. */
const base = new URL('memory:/');

const kernels = pageKernels(packs, base);

async function textAt({ href }: URL): Promise<string> {
  if (Object.hasOwn(texts, href)) return texts[href];
  throw new Error(`${href} is not in the page`);
}

const host = {
  ...createPageHost(kernels.files),
  loadText: textAt,
  findText: async (url: URL) => texts[url.href] ?? null,
};

async function open(): Promise<SessionWork> {
  const { context, facts } = await openContext(await openPageAdapter(), host);
  const flags = [`crossOriginIsolated=${globalThis.crossOriginIsolated}`];
  tell({ kind: 'opened', facts: { ...facts, flags } });
  return { context, load: (address, pack) => kernels.load(address, pack ?? ownPack), peer: null };
}

const tell = (message: FromChild): void => postMessage(message);

const work = open();
work.catch((error: unknown) => tell(notOpened(error)));
addEventListener('message', ({ data }: MessageEvent<ToChild>) => {
  // Where there is no device it has been said, and nobody asks.
  void work.then((opened) => answerTo(opened, data).then(tell));
});
