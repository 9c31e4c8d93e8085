/** Serves the page of browser sessions to browsers of this machine: from memory, with the headers that give a page its fine clock. */
import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { ToChild } from '../session-messages.ts';
import type { PageFile, PageFiles } from './page-bundle.ts';
import { bundlePage, typeOf } from './page-bundle.ts';

export interface PageServer {
  /** With a trailing slash. */
  readonly origin: string;
  /** Bundles a folder of kernels, once, and says where the page finds it. */
  offer(kernels: string): Promise<string>;
}

/** Isolated from other origins, a page may read a clock of microseconds. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

const script = 'session-page.js';
const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>attnbench</title><link rel="icon" href="data:,"><script type="module" src="${script}"></script></html>\n`;

const textFile = (path: string, text: string): PageFile => ({
  type: path === '' ? 'text/html; charset=utf-8' : typeOf(path),
  bytes: new TextEncoder().encode(text),
});

/** The module of a pack. What is wrong with a pack is told where it is loaded. */
async function packFiles(kernels: string): Promise<PageFiles> {
  const entry = new URL('page/bundled-packs.ts', import.meta.url);
  try {
    return await bundlePage({ entry, packs: { kernels: new URL(kernels) } });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const path = 'bundled-packs.js';
    return new Map([[path, textFile(path, `throw new Error(${JSON.stringify(message)});`)]]);
  }
}

async function start(): Promise<PageServer> {
  const files = new Map<string, PageFile>([['', textFile('', html)]]);
  const entry = new URL('page/session-page.ts', import.meta.url);
  for (const [path, file] of await bundlePage({ entry, packs: {} })) files.set(path, file);
  const server = createServer((request, response) => answer(files, request.url ?? '/', response));
  const port = await listen(server);
  const offered = new Map<string, Promise<string>>();
  const offer = async (kernels: string, folder: string): Promise<string> => {
    for (const [path, file] of await packFiles(kernels)) files.set(`${folder}${path}`, file);
    return folder;
  };
  return {
    origin: `http://127.0.0.1:${port}/`,
    offer(kernels) {
      const known = offered.get(kernels) ?? offer(kernels, `packs/${offered.size + 1}/`);
      offered.set(kernels, known);
      return known;
    },
  };
}

function answer(files: PageFiles, address: string, response: ServerResponse): void {
  const file = files.get(address.slice(1));
  if (file === undefined) {
    response.writeHead(404, isolationHeaders).end();
    return;
  }
  response.writeHead(200, { ...isolationHeaders, 'Content-Type': file.type }).end(file.bytes);
}

/** On this machine alone, at whatever port is free. Keeps no process alive. */
function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.unref();
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the server of the page has no port'));
    });
  });
}

let started: Promise<PageServer> | null = null;

/** One for all sessions of this process. */
export const pageServer = (): Promise<PageServer> => (started ??= start());

/** The packs that a message names. */
function packsOf(message: ToChild): readonly string[] {
  if (message.kind !== 'pair' && message.kind !== 'pair plan') return [];
  const { base, head } = message.kind === 'pair' ? message.request : message.paired;
  return [base, head].flatMap((side) => (side === null ? [] : [side.kernels]));
}

/** Where the page finds the packs that a message names. */
export async function packPlaces(
  server: PageServer,
  message: ToChild,
): Promise<Readonly<Record<string, string>>> {
  const places: Record<string, string> = {};
  for (const kernels of packsOf(message)) places[kernels] = await server.offer(kernels);
  return places;
}
