/** What a child process says before it dies. */
import type { ChildProcess } from 'node:child_process';

const keptErrorLines = 5;

/** The last lines that a child wrote on stderr: drivers say there why they died. */
export function lastLines(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-4000);
  });
  return () =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('Warning:'))
      .slice(-keptErrorLines)
      .join(' | ');
}
