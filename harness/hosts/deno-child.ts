/** What Deno runs: the page of a session, as served to browsers, asked by lines on stdin and answering by lines on stdout. */
import type { SessionPage } from './page/session-page.ts';

/** What is used of Deno. */
declare const Deno: {
  readonly args: readonly string[];
  readonly stdin: { readonly readable: ReadableStream<BufferSource> };
  exit(code: number): never;
};

/** A call of the page: an encoded answer comes back. */
export type DenoCall =
  | { readonly call: 'open'; readonly with: Parameters<SessionPage['open']> }
  | { readonly call: 'answer'; readonly with: Parameters<SessionPage['answer']> };

const [origin] = Deno.args;
await import(`${origin}session-page.js`);

const answerTo = (question: DenoCall): Promise<string> =>
  question.call === 'open'
    ? globalThis.attnbench.open(...question.with)
    : globalThis.attnbench.answer(...question.with);

async function answerLine(line: string): Promise<void> {
  const question: DenoCall = JSON.parse(line);
  console.log(await answerTo(question));
}

const texts = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
let rest = '';
for (let read = await texts.read(); !read.done; read = await texts.read()) {
  const lines = (rest + read.value).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) void answerLine(line);
}
// Nobody asks any more.
Deno.exit(0);
