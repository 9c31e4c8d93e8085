import type { IncomingMessage } from 'node:http';

/** The whole body; null as soon as it is longer than allowed, whatever its head said. Rejects when the connection breaks. */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Uint8Array | null> {
  return new Promise((resolve, reject) => {
    let chunks: Uint8Array[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        chunks = [];
        resolve(null);
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('close', () => reject(new Error('the connection broke')));
    request.on('error', reject);
  });
}
