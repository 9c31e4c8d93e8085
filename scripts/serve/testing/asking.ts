/** Asks a server what no browser would, and takes whatever it answers. */
import { request as httpRequest } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';

export interface Asked {
  readonly port: number;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
  /** Without the length of the body in the head. */
  readonly chunked?: boolean;
  readonly secure?: boolean;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export function ask({ port, path = '/', method, headers, body, chunked, secure }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const start = secure === true ? httpsRequest : httpRequest;
    const length =
      body === undefined || chunked === true ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = start(
      {
        host: '127.0.0.1',
        port,
        path,
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        // `undefined` takes away a header that would be there.
        headers: Object.fromEntries(
          Object.entries({ ...length, ...headers }).filter(([, value]) => value !== undefined),
        ),
        rejectUnauthorized: false,
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    request.on('error', reject);
    if (chunked === true) request.setHeader('transfer-encoding', 'chunked');
    request.end(body);
  });
}

/** What comes back for bytes as they stand, until the server hangs up. */
export function say(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

/** As the page sends a run. */
export const post = (
  port: number,
  body: string | Uint8Array,
  headers: OutgoingHttpHeaders = {},
): Promise<Answered> =>
  ask({
    port,
    path: '/runs',
    body,
    headers: {
      origin: `http://localhost:${port}`,
      host: `localhost:${port}`,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-ndjson',
      ...headers,
    },
  });
