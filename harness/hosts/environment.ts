/** What a run header says about the machine and the tool. */
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { RunHeader } from '../record.ts';
import { thisDistribution } from './advice.ts';
import type { AdapterChoice } from './choice.ts';

/** `gitHead`: the commit that a bundle was made from. */
const manifestSchema = z.object({ version: z.string(), gitHead: z.string().nullish() });
const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

const manifestIn = (file: string): z.infer<typeof manifestSchema> =>
  manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** The machine and the software under the tool. */
export function hostFacts(): RunHeader['host'] {
  const kernel = `${type()} ${release()}`;
  const { prettyName } = thisDistribution();
  // In a container, what the container may use.
  const limitBytes = process.constrainedMemory();
  return {
    name: 'node',
    runtime: process.version,
    webgpu: manifestIn(createRequire(import.meta.url).resolve('webgpu/package.json')).version,
    os: prettyName === '' ? kernel : `${prettyName}, ${kernel}`,
    cpu: cpus()[0]?.model.trim() || process.arch,
    cores: availableParallelism(),
    memoryBytes: limitBytes > 0 ? Math.min(totalmem(), limitBytes) : totalmem(),
  };
}

function git(root: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', root, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** The commit of the working tree at `root`, `-dirty` when it differs from it; null outside git or without git. */
export function commitOf(root: string): string | null {
  try {
    // Installed somewhere below another project's repository, that project's commit would say nothing.
    if (realpathSync(git(root, 'rev-parse', '--show-toplevel')) !== realpathSync(root)) return null;
    const commit = git(root, 'rev-parse', 'HEAD');
    return git(root, 'status', '--porcelain') === '' ? commit : `${commit}-dirty`;
  } catch {
    return null;
  }
}

/** The version of attnbench that is running. */
export function toolFacts(root: string = projectRoot): RunHeader['tool'] {
  const { version, gitHead } = manifestIn(`${root}/package.json`);
  return { version, commit: commitOf(root) ?? gitHead ?? null };
}

/** Variables that change how drivers compute or what they keep between runs. */
const measured = /^(LP_|GALLIVM_|LIBGL_|NIR_|VK_INSTANCE_LAYERS$|MESA_SHADER_CACHE|MESA_VK_)/;

/** Those that are set, as a run header has them. */
export function measuredVariables(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  return Object.entries(env)
    .filter(([name]) => measured.test(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

/** The flags of a run header: Dawn's toggles, and the environment that changes what is measured. */
export function measurementFlags(
  choice: AdapterChoice,
  env: NodeJS.ProcessEnv = process.env,
): readonly string[] {
  return [...choice.dawnFlags, ...measuredVariables(env)];
}
