/**
 * Puts a comparison's comment.md on a pull request, or updates the one that is there:
 *   tsx scripts/ci/comment.ts COMMENT_FILE PULL_REQUEST_NUMBER
 * Reads GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN, as GitHub Actions sets them. Exits 1 with a sentence where the comment cannot be
 * written; the token of a pull request from a fork cannot (docs/ci.md).
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const commentsSchema = z.array(z.object({ id: z.number().int(), body: z.string().nullish() }));
const pageSize = 100;

export interface Thread {
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly pullRequest: number;
  readonly token: string;
}

async function ask(thread: Thread, method: string, path: string, body?: string): Promise<unknown> {
  const response = await fetch(`${thread.apiUrl}/repos/${thread.repository}/issues/${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${thread.token}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify({ body }) }),
  });
  if (!response.ok) {
    throw new Error(
      response.status === 403
        ? 'GitHub refuses the comment (403): the job needs `permissions: pull-requests: write`, which pull requests from forks never get; see docs/ci.md'
        : `GitHub answers ${response.status} to ${method} ${path}`,
    );
  }
  return response.json();
}

/** The number of the comment whose first line is the marker; null where there is none. */
async function commentWith(thread: Thread, marker: string): Promise<number | null> {
  for (let page = 1; ; page++) {
    const path = `${thread.pullRequest}/comments?per_page=${pageSize}&page=${page}`;
    const comments = commentsSchema.parse(await ask(thread, 'GET', path));
    const found = comments.find(({ body }) => body?.split('\n', 1)[0].trim() === marker);
    if (found !== undefined) return found.id;
    if (comments.length < pageSize) return null;
  }
}

/** Writes the comment, or over the one with the same first line. */
export async function putComment(thread: Thread, text: string): Promise<'created' | 'updated'> {
  const existing = await commentWith(thread, text.split('\n', 1)[0].trim());
  if (existing === null) await ask(thread, 'POST', `${thread.pullRequest}/comments`, text);
  else await ask(thread, 'PATCH', `comments/${existing}`, text);
  return existing === null ? 'created' : 'updated';
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set; GitHub Actions sets it`);
  return value;
}

async function main([file, number]: readonly string[]): Promise<void> {
  const pullRequest = Number(number);
  if (file === undefined || !Number.isInteger(pullRequest) || pullRequest < 1) {
    throw new Error('usage: comment.ts COMMENT_FILE PULL_REQUEST_NUMBER');
  }
  const thread = {
    apiUrl: setting('GITHUB_API_URL'),
    repository: setting('GITHUB_REPOSITORY'),
    token: setting('GITHUB_TOKEN'),
    pullRequest,
  };
  console.log(`comment ${await putComment(thread, readFileSync(file, 'utf8'))}`);
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(`comment.ts: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
