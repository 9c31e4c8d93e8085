/** Writes what cases ran: the specialised WGSL of each pass, byte for byte, and the plan. */
import { join } from 'node:path';
import { UsageError } from '../harness/errors.ts';
import type { KernelFile } from '../harness/hosts/kernel-files.ts';
import type { SessionHost } from '../harness/hosts/session-host.ts';
import type { ProgramText } from '../harness/program.ts';
import type { MeasuredRecord } from '../harness/record.ts';
import { writeReportFile } from '../reports/write.ts';

const shortHash = (hash: string): string => hash.slice(0, 12);
const slug = (text: string): string => text.replace(/[^\w.=-]+/g, '-');

/** The plan as a file: each pass with the file that holds its WGSL. */
function planFile(
  record: MeasuredRecord,
  { plan, hash, passes }: ProgramText,
  fileOf: (at: number) => string,
) {
  return {
    id: record.id,
    variant: plan.variant,
    hash,
    scratch: plan.scratch,
    passes: plan.passes.map((pass, at) => ({
      name: pass.name,
      file: fileOf(at),
      sha256: passes[at].hash,
      shader: pass.shader,
      includes: pass.includes,
      enables: pass.enables,
      constants: pass.constants,
      uniforms: pass.uniforms,
      bindings: pass.bindings,
      workgroups: pass.workgroups,
      grid: pass.grid ?? null,
      entryPoint: pass.entryPoint ?? 'main',
      overrides: pass.overrides ?? {},
      cost: pass.cost ?? null,
    })),
  };
}

/**
 * Opens the adapter once more and writes each program. The SHA-256 of a `.wgsl` file is the hash that the record has for its pass.
 * Returns the paths. Throws UsageError when a kernel is no longer what was measured.
 */
export async function dumpPrograms(
  records: readonly MeasuredRecord[],
  brought: readonly KernelFile[],
  host: SessionHost,
  folder: string,
  caseTimeoutSeconds: number,
): Promise<readonly string[]> {
  const written = new Set<string>();
  const write = (name: string, content: string): void => {
    const path = join(folder, name);
    if (!written.has(path)) writeReportFile(path, content);
    written.add(path);
  };
  const session = await host.open({ number: 1, caseTimeoutSeconds });
  try {
    for (const record of records) {
      const { kernel, params } = record;
      const source = brought.find(({ id }) => id === kernel)?.source;
      const reply = await session.program({ kind: 'program', kernel, source, params });
      if (reply.kind !== 'program text' || reply.program.hash !== record.source.hash) {
        throw new UsageError(
          `kernel '${kernel}' has changed since ${record.id} was measured; profile it again`,
        );
      }
      const { program } = reply;
      const fileOf = (at: number): string =>
        `${slug(`${kernel}-${program.passes[at].name}`)}-${shortHash(program.passes[at].hash)}.wgsl`;
      program.passes.forEach(({ code }, at) => write(fileOf(at), code));
      const plan = planFile(record, program, fileOf);
      write(`${slug(record.id)}.json`, `${JSON.stringify(plan, null, 2)}\n`);
    }
  } finally {
    await session.close();
  }
  return [...written];
}
