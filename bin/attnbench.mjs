#!/usr/bin/env node
// Plain JavaScript so that any Node can say what it is missing; the rest is TypeScript, loaded as it is.
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`attnbench needs Node 20.19 or newer, and this is ${process.versions.node}`);
  process.exit(2);
}
const { register } = await import('tsx/esm/api');
// The current folder may hold a tsconfig.json of another project: not for this process, nor for those it starts.
register({ tsconfig: false });
process.env.TSX_TSCONFIG_PATH = fileURLToPath(new URL('../tsconfig.json', import.meta.url));
const { main } = await import('../scripts/cli.ts');
const { processIo } = await import('../scripts/io.ts');
// A reader that has seen enough, such as head, is no error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main(process.argv.slice(2), processIo);
