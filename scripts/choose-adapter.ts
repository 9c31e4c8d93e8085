/** The adapter a command was asked for, or the one error that says why not. */
import { EnvironmentError, UsageError } from '../harness/errors.ts';
import { resolveAdapter } from '../harness/hosts/adapters.ts';
import type { AdapterChoice } from '../harness/hosts/choice.ts';

/** Throws UsageError for a name nobody knows, EnvironmentError for an adapter that this machine lacks. */
export async function chooseAdapter(name: string): Promise<AdapterChoice> {
  const resolved = await resolveAdapter(name);
  if (resolved.ok) return resolved.choice;
  throw resolved.reason === 'unknown'
    ? new UsageError(resolved.message)
    : new EnvironmentError(resolved.message);
}

export const adapterOption = '--adapter <name>';
export const adapterHelp =
  "auto (a hardware GPU, else lavapipe, else the bundled SwiftShader), gpu, lavapipe, swiftshader, or part of a GPU's name";
