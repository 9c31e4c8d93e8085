#!/usr/bin/env node
/**
 * Runs a command with everything in its environment that it needs to open one adapter:
 *   node scripts/with-adapter.mjs <command> [arguments]
 * The adapter is ATTNBENCH_ADAPTER, or `auto`. Exits like the command; 4 when there is no such adapter on this machine, 2 when there is
 * none of that name anywhere.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register();
const { resolveAdapter } = await import('../harness/hosts/adapters.ts');
const { choiceToEnv } = await import('../harness/hosts/choice.ts');

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error('with-adapter: name a command to run: node scripts/with-adapter.mjs <command> [arguments]');
  process.exit(2);
}
const resolved = await resolveAdapter(process.env.ATTNBENCH_ADAPTER ?? 'auto');
if (!resolved.ok) {
  console.error(`with-adapter: ${resolved.message}`);
  process.exit(resolved.reason === 'unknown' ? 2 : 4);
}
console.error(`adapter: ${resolved.choice.name} (${resolved.adapter.source})`);
const bin = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));
const child = spawn(command, args, {
  stdio: 'inherit',
  env: {
    ...process.env,
    ...choiceToEnv(resolved.choice),
    PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`with-adapter: ${command} does not start: ${error.message}`);
  process.exit(2);
});
child.on('exit', (code, signal) => {
  process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
});
