/** Serves the page from memory and takes in the runs that it sends. No path of a request ever reaches the file system. */
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer } from 'node:net';
import type { Server as NetServer, Socket } from 'node:net';
import type { Run } from '../../harness/record.ts';
import type { Arrivals } from './arrivals.ts';
import { readBody } from './body.ts';
import type { Certificate } from './certificate.ts';
import { intakePath, pageFile, pageHeaders } from './page-headers.ts';
import type { SiteFiles } from './page-headers.ts';
import type { IntakeLimits, PatienceLimits } from './limits.ts';
import { Rate } from './rate.ts';
import { isOwnHost, isSameOrigin } from './same-origin.ts';
import { readUpload } from './upload.ts';

export interface ServeOptions {
  /** What it serves. */
  readonly files: SiteFiles;
  readonly port: number;
  /** All interfaces, over TLS with this certificate; null: this machine alone, over plain http. */
  readonly lan: Certificate | null;
  /** Names beside `localhost` that this machine is called by. */
  readonly names: readonly string[];
  readonly arrivals: Arrivals;
  readonly limits: IntakeLimits;
  readonly patience: PatienceLimits;
  readonly arrived: (arrival: Arrival) => void;
}

export interface Arrival {
  readonly folder: string;
  readonly run: Run;
  /** The address it came from. */
  readonly from: string;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A refusal in one sentence, as JSON for the page and as text for whoever else asks. */
class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): void {
  response.writeHead(status, { ...pageHeaders, ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

const answerJson = (
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void =>
  answer(
    response,
    status,
    { ...headers, 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    `${JSON.stringify(value)}\n`,
  );

class Intake {
  private readonly options: ServeOptions;
  private readonly rate: Rate;
  private reading = 0;

  constructor(options: ServeOptions) {
    this.options = options;
    this.rate = new Rate(options.limits.postsPerMinute);
  }

  /** Throws a Refusal where a request is none of ours, or comes too often. */
  private admit({ headers }: IncomingMessage): void {
    const { limits } = this.options;
    if (!isSameOrigin(headers))
      throw new Refusal(403, 'only the page that this server gave out may send a run');
    const type = headers['content-type']?.split(';')[0].trim().toLowerCase();
    if (type !== 'application/x-ndjson' || headers['content-encoding'] !== undefined) {
      throw new Refusal(415, 'a run is sent as application/x-ndjson, not compressed');
    }
    if (Number(headers['content-length'] ?? 0) > limits.bodyBytes) throw this.tooLarge();
    if (this.reading >= limits.bodiesAtOnce) {
      throw new Refusal(503, 'other runs are arriving; send it again in a moment', { 'retry-after': '5' });
    }
    const turn = this.rate.take();
    if (!turn.ok) {
      throw new Refusal(429, `too many runs at once; send it again in ${turn.retrySeconds} s`, {
        'retry-after': String(turn.retrySeconds),
      });
    }
  }

  private tooLarge(): Refusal {
    return new Refusal(413, `a run may have ${this.options.limits.bodyBytes / 2 ** 20} MiB at most`);
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { limits, arrivals, arrived } = this.options;
    this.admit(request);
    this.reading += 1;
    try {
      const body = await readBody(request, limits.bodyBytes);
      if (body === null) throw this.tooLarge();
      const upload = readUpload(body, limits);
      if (upload.kind === 'refused') throw new Refusal(422, upload.message);
      const kept = arrivals.keep(upload.text);
      if (kept.kind !== 'kept') throw new Refusal(kept.kind === 'full' ? 507 : 500, kept.message);
      arrived({ folder: kept.folder, run: upload.run, from: request.socket.remoteAddress ?? 'somewhere' });
      answerJson(response, 201, { folder: kept.folder });
    } finally {
      this.reading -= 1;
    }
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  // Nobody is left to answer where the connection broke.
  if (response.headersSent || request.socket.destroyed) return;
  const { status, message, headers } =
    error instanceof Refusal ? error : new Refusal(500, 'the server could not answer that');
  // What is still to come of its body is read and dropped, as a browser that is still sending would not see the answer.
  request.resume();
  answerJson(response, status, { error: message }, { ...headers, connection: 'close' });
}

function listener(options: ServeOptions): RequestListener {
  const intake = new Intake(options);
  const names = ['localhost', ...options.names];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isOwnHost(request.headers.host, names)) {
      throw new Refusal(421, `this server is not '${String(request.headers.host).slice(0, 100)}'`);
    }
    const path = (request.url ?? '').split('?')[0];
    const file = options.files.get(path === '/' ? pageFile : path.slice(1));
    const methods = path === `/${intakePath}` ? ['POST'] : ['GET', 'HEAD'];
    if (file === undefined && path !== `/${intakePath}`) throw new Refusal(404, 'there is no such page here');
    if (!methods.includes(request.method ?? '')) {
      throw new Refusal(405, `this takes ${methods.join(' or ')} only`, { allow: methods.join(', ') });
    }
    if (file === undefined) return intake.take(request, response);
    answer(response, 200, { 'content-type': file.type, 'cache-control': 'no-cache' }, file.bytes);
  };
  return (request, response) => {
    // A connection that breaks while its body is read ends the reading; there is nothing more to do.
    request.on('error', () => undefined);
    handle(request, response).catch((error: unknown) => refuse(request, response, error));
  };
}

/** 0x16 begins a TLS handshake. Anything else is plain http, whose reader is sent to https. */
function oneForBoth(secure: Server, plain: Server, headMs: number): NetServer {
  const both = createNetServer((socket: Socket) => {
    const giveUp = setTimeout(() => socket.destroy(), headMs);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => clearTimeout(giveUp));
    socket.once('data', (first: Buffer) => {
      clearTimeout(giveUp);
      socket.pause();
      socket.unshift(first);
      (first[0] === 0x16 ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  for (const server of [secure, plain]) {
    // Node begins to look after a server's slow connections when it listens, which this one does for them.
    both.on('listening', () => server.emit('listening'));
    both.on('close', () => server.close());
  }
  return both;
}

const toHttps: (names: readonly string[]) => RequestListener = (names) => (request, response) => {
  const { host } = request.headers;
  const known = isOwnHost(host, names);
  response.writeHead(known ? 307 : 421, known ? { location: `https://${host}/` } : {}).end();
};

/** Starts to listen. Rejects with what the system says, such as EADDRINUSE. */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { patience, lan } = options;
  const settings = {
    headersTimeout: patience.headMs,
    requestTimeout: patience.requestMs,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: Math.min(1000, patience.headMs),
    maxHeaderSize: 16_384,
  };
  let server: NetServer;
  if (lan === null) server = createHttpServer(settings, listener(options));
  else {
    const secure = createHttpsServer(
      { ...settings, ...lan.tls, handshakeTimeout: patience.headMs },
      listener(options),
    );
    secure.on('tlsClientError', (_, socket) => socket.destroy());
    const plain = createHttpServer(settings, toHttps(['localhost', ...options.names]));
    server = oneForBoth(secure, plain, patience.headMs);
  }
  server.maxConnections = patience.connections;
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, lan === null ? '127.0.0.1' : undefined, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
