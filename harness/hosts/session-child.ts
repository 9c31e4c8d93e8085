/** The child process of a session: opens the device the parent chose, then measures the cases it is sent. */
import type { FromChild, ToChild } from '../session-messages.ts';
import type { SessionWork } from '../session-work.ts';
import { answerTo, notOpened, openContext } from '../session-work.ts';
import { choiceFromEnv } from './choice.ts';
import { openAdapter } from './dawn.ts';
import { measurementFlags } from './environment.ts';
import { kernelAt } from './kernel-files.ts';
import { builtInKernels } from './kernel-folders.ts';
import { nodeHost } from './node-host.ts';
import { loadPeer } from './peer-folders.ts';
import { peerProcess } from './peer-process.ts';

/** Where kernels are, as the parent says. */
const kernelsRoot = new URL(process.argv[2] ?? builtInKernels);
/** The peer that this process runs instead of kernels, as the parent says. */
const peerId = process.argv[3];

const tell = (message: FromChild): void => {
  process.send?.(message);
};

// Without a parent nobody keeps the records. A plain exit would wait for a driver that may hang.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

async function peerOn(id: string, device: GPUDevice, adapter: GPUAdapter): Promise<SessionWork['peer']> {
  const loaded = await loadPeer(id, kernelsRoot);
  return { loaded, host: peerProcess(loaded, device, adapter) };
}

try {
  const choice = choiceFromEnv();
  const opened = await openAdapter(choice);
  const { context, facts } = await openContext(opened, nodeHost);
  const work: SessionWork = {
    context,
    load: (address, pack) => kernelAt(address, pack === null ? kernelsRoot : new URL(pack)),
    peer: peerId === undefined ? null : await peerOn(peerId, context.device, opened.adapter),
  };
  process.on('message', (message: ToChild) => {
    void answerTo(work, message).then(tell);
  });
  tell({ kind: 'opened', facts: { ...facts, flags: measurementFlags(choice) } });
} catch (error) {
  tell(notOpened(error));
}
