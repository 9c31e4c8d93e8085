/** What a page is made with. The bundler puts another module in the place of this one; without it there is nothing to measure. */
import type { RunHeader } from '../../harness/record.ts';
import type { Suite } from '../../harness/sweep.ts';

export interface SiteContents {
  readonly suites: Readonly<Record<string, Suite>>;
  readonly tool: RunHeader['tool'];
  /** By kernel id: what a run header says of the files that the kernels are made of. */
  readonly kernelSources: Readonly<Record<string, string>>;
  /** The script of the worker that measures, so that a new one can be started without network. */
  readonly worker: string;
  /** A case that does not answer within this is given up, and its worker is ended. */
  readonly caseTimeoutSeconds: number;
}

export const contents: SiteContents = {
  suites: {},
  tool: { version: '', commit: null },
  kernelSources: {},
  worker: '',
  caseTimeoutSeconds: 300,
};
