import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Thread } from './comment.ts';
import { putComment } from './comment.ts';

interface Stored {
  readonly id: number;
  body: string;
}

/** As much of GitHub as comments need: pages, ids, a token. */
class FakeGitHub {
  readonly comments: Stored[] = [];
  private server: Server | null = null;

  async open(): Promise<Thread> {
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const [status, answer] = this.answer(
          request.method ?? '',
          request.url ?? '',
          text,
          request.headers.authorization,
        );
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return {
      apiUrl: `http://127.0.0.1:${address.port}`,
      repository: 'people/kernels',
      pullRequest: 7,
      token: 'good',
    };
  }

  private answer(method: string, url: string, text: string, authorization = ''): [number, unknown] {
    if (authorization !== 'Bearer good') return [403, {}];
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (method === 'GET' && pathname === '/repos/people/kernels/issues/7/comments') {
      const [size, page] = [Number(searchParams.get('per_page')), Number(searchParams.get('page'))];
      return [200, this.comments.slice((page - 1) * size, page * size)];
    }
    const { body }: { readonly body: string } = JSON.parse(text);
    if (method === 'POST' && pathname === '/repos/people/kernels/issues/7/comments') {
      this.comments.push({ id: 1000 + this.comments.length, body });
      return [201, {}];
    }
    const edited = this.comments.find(({ id }) => pathname === `/repos/people/kernels/issues/comments/${id}`);
    if (method !== 'PATCH' || edited === undefined) return [404, {}];
    edited.body = body;
    return [200, {}];
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      if (this.server === null) resolve(null);
      else this.server.close(resolve);
    });
  }
}

const marker = '<!-- attnbench comparison -->';
const hub = new FakeGitHub();
afterEach(async () => {
  hub.comments.length = 0;
  await hub.close();
});

describe('the comment on a pull request', () => {
  it('is written once and updated from then on, wherever it stands', async () => {
    const thread = await hub.open();
    hub.comments.push(
      ...Array.from({ length: 150 }, (_, id) => ({ id, body: `a word of a person, ${marker}` })),
    );
    expect(await putComment(thread, `${marker}\none`)).toBe('created');
    hub.comments.push({ id: 1, body: 'thanks' });
    expect(await putComment(thread, `${marker}\ntwo`)).toBe('updated');
    expect(hub.comments.filter(({ body }) => body.startsWith(marker)).map(({ body }) => body)).toEqual([
      `${marker}\ntwo`,
    ]);
    expect(hub.comments).toHaveLength(152);
  });

  it('tells how a job gets the right to write', async () => {
    const thread = await hub.open();
    await expect(putComment({ ...thread, token: 'of a fork' }, marker)).rejects.toThrow(
      'pull-requests: write',
    );
  });
});
