/** An adapter settled on: what a child process needs to open exactly it. */
import { z } from 'zod';

const choiceSchema = z.object({
  /** `lavapipe`, `swiftshader`, or a GPU's own name. */
  name: z.string(),
  /** To be set before the process starts: the dynamic linker reads LD_LIBRARY_PATH then and never again. */
  env: z.record(z.string(), z.string()),
  dawnFlags: z.array(z.string()).readonly(),
});

export type AdapterChoice = Readonly<z.infer<typeof choiceSchema>>;

const variable = 'ATTNBENCH_CHOICE';

/** The environment for a child process that calls `choiceFromEnv`. */
export function choiceToEnv(choice: AdapterChoice): Readonly<Record<string, string>> {
  return { ...choice.env, [variable]: JSON.stringify(choice) };
}

/** The choice that the parent process made. Throws an Error that says how to start the process when there is none. */
export function choiceFromEnv(env: NodeJS.ProcessEnv = process.env): AdapterChoice {
  const text = env[variable];
  if (!text) {
    throw new Error(
      'no adapter was chosen for this process; start it with: node scripts/with-adapter.mjs <command>',
    );
  }
  return choiceSchema.parse(JSON.parse(text));
}
