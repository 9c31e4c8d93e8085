/** The page of a session: opens the browser's adapter, then measures the cases it is sent. */
import type { FromChild, ToChild } from '../../session-messages.ts';
import type { SessionWork } from '../../session-work.ts';
import { answerTo, notOpened, openContext } from '../../session-work.ts';
import { packs } from './bundled-packs.ts';
import { decode, encode } from './codec.ts';
import { openPageAdapter } from './page-adapter.ts';
import { createPageHost } from './page-host.ts';
import { pageKernels } from './page-kernels.ts';

/** What the process that drives the page calls; arguments and answers are encoded. */
export interface SessionPage {
  open(adapterName: string): Promise<string>;
  answer(message: string): Promise<string>;
}

declare global {
  var attnbench: SessionPage;
}

/** The folder of the session's own kernels; a pair names others. */
const ownPack = 'kernels';
const kernels = pageKernels(packs, new URL('./', location.href));
let work: SessionWork | null = null;

async function open(adapterName: string): Promise<FromChild> {
  try {
    const { context, facts } = await openContext(
      await openPageAdapter(adapterName),
      createPageHost(kernels.files),
    );
    work = {
      context,
      load: (address, pack) => kernels.load(address, pack ?? ownPack),
      peer: null,
    };
    return { kind: 'opened', facts: { ...facts, flags: [] } };
  } catch (error) {
    return notOpened(error);
  }
}

globalThis.attnbench = {
  open: async (adapterName) => encode(await open(adapterName)),
  async answer(text) {
    if (work === null) return encode(notOpened(new Error('the page was asked before its device was open')));
    return encode(await answerTo(work, decode<ToChild>(text)));
  },
};
