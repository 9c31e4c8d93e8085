/** Attention in numpy on the CPU as a case: checked like any other, for scale beside software adapters, which run on the same cores. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Kernel } from '../kernels/contract.ts';
import { caseId } from '../harness/case-id.ts';
import { judge, rowsToCheck } from '../harness/check.ts';
import { createInputs } from '../harness/inputs.ts';
import { resolveParams } from '../harness/params.ts';
import type { CaseRecord } from '../harness/record.ts';

const script = fileURLToPath(new URL('numpy-attention.py', import.meta.url));
const answerSchema = z.object({ version: z.string(), seconds: z.array(z.number().positive()) });
const f32Bytes = 4;

/** One round of `calls` calls at n = m on the inputs of `seed`. `kernel`: the one whose inputs, reference and tolerance count. */
export async function numpyCase(
  kernel: Kernel,
  axes: { readonly n: number; readonly heads: number; readonly d: number },
  seed: string,
  calls: number,
): Promise<CaseRecord> {
  const params = resolveParams(kernel.axes, axes);
  const { heads, n, m, d, dv } = params;
  const identity = {
    kind: 'case' as const,
    id: caseId('adhoc', 'numpy', kernel.axes, params),
    suite: 'adhoc',
    kernel: 'numpy',
    mechanism: kernel.mechanism,
    params,
    session: 0,
  };
  const cost = kernel.cost(params);
  const inputs = createInputs(kernel, params, seed, 0);
  const folder = mkdtempSync(join(tmpdir(), 'attnbench-numpy-'));
  try {
    for (const [name, { data }] of Object.entries(inputs)) {
      writeFileSync(join(folder, name), new Uint8Array(Float32Array.from(data).buffer));
    }
    const words = [heads, n, m, d, dv, 1 / Math.sqrt(d), calls].map(String);
    const answered = await promisify(execFile)('python3', [script, folder, ...words]).then(
      ({ stdout }) => answerSchema.parse(JSON.parse(stdout)),
      () => null,
    );
    if (answered === null) {
      const message =
        'python3 with numpy is not on this machine; install both to have the CPU beside the adapter';
      return { ...identity, status: 'skipped', reason: { code: 'unsupported', message }, bytes: null, cost };
    }
    const [main] = kernel.outputs(params);
    const bytes = readFileSync(join(folder, 'y'));
    const data = new Float32Array(Uint8Array.from(bytes).buffer);
    const outputs = { [main.name]: { shape: main.shape, data } };
    const verdict = judge(kernel, params, inputs, outputs, [], rowsToCheck(kernel, params, seed));
    const { version, seconds } = answered;
    const sizes = {
      inputs: f32Bytes * heads * (n * d + m * d + m * dv),
      outputs: f32Bytes * heads * n * dv,
      scratch: f32Bytes * heads * n * m,
    };
    const facts = {
      variant: 'matmul, softmax, matmul on the CPU',
      check: verdict.check,
      bytes: { ...sizes, peak: sizes.inputs + sizes.outputs + sizes.scratch, harness: 0 },
      cost,
      source: {
        hash: createHash('sha256').update(readFileSync(script)).update(version).digest('hex'),
        passes: ['matmul', 'softmax', 'matmul'],
      },
      peer: {
        package: 'numpy',
        version,
        path: ['matmul', 'softmax', 'matmul'],
        repairs: [],
        device: 'cpu' as const,
      },
    };
    if (verdict.kind === 'wrong') {
      return { ...identity, ...facts, status: 'wrong', reason: { code: 'wrong', message: verdict.message } };
    }
    return {
      ...identity,
      ...facts,
      status: 'ok',
      reason: null,
      gpuNs: [],
      passNs: {},
      wallNs: seconds.map((one) => one * 1e9),
      encodeNs: [],
      cpuNs: [],
      compileNs: 0,
      firstDispatchNs: 0,
      repeats: 1,
      warmups: 1,
      dropped: 0,
      inputSets: 1,
      stop: { rule: 'samples', relativeHalfWidth: null, seconds: seconds.reduce((sum, one) => sum + one, 0) },
      statistics: null,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
