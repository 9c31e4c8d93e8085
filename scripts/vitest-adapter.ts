/**
 * Global set-up of the GPU tests: chooses the adapter (ATTNBENCH_ADAPTER, or `auto`) and puts what opening it needs into the environment
 * that the test processes are then started with.
 */
import { resolveAdapter } from '../harness/hosts/adapters.ts';
import { choiceToEnv } from '../harness/hosts/choice.ts';

export default async function setup(): Promise<void> {
  // Already chosen by scripts/with-adapter.mjs.
  if (process.env['ATTNBENCH_CHOICE']) return;
  const resolved = await resolveAdapter(process.env['ATTNBENCH_ADAPTER'] ?? 'auto');
  if (!resolved.ok) throw new Error(resolved.message);
  Object.assign(process.env, choiceToEnv(resolved.choice));
}
