/** The contract of a kernel on the adapter at hand, as tests: right against float64 at odd shapes, and against the golden vectors. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { caseId } from '../case-id.ts';
import { contractCases, shapedContractCases } from '../contract-cases.ts';
import { builtInKernels, loadKernel } from '../hosts/kernel-folders.ts';
import { precisions } from '../../kernels/contract.ts';
import { runVector } from '../run-vector.ts';
import { shapeText } from '../tuning-table.ts';
import { parseVector } from '../vectors.ts';
import { verifyCase } from '../verify.ts';
import { withAdapter } from './with-adapter.ts';

const kernelsRoot = fileURLToPath(builtInKernels);

/** The golden vectors of a mechanism, in whichever kernel's folder they lie. */
const vectorsOf = (mechanism: string): readonly string[] =>
  readdirSync(kernelsRoot, { recursive: true, encoding: 'utf8' })
    .filter((path) => /vectors.[^/\\]+\.json$/.test(path))
    .filter(
      (file) => parseVector(readFileSync(join(kernelsRoot, file), 'utf8'), file).mechanism === mechanism,
    );

/** Declares the tests of the kernel in whose folder the test file lies. */
export function contractTests(testFileUrl: string): void {
  const id = basename(dirname(fileURLToPath(testFileUrl)));
  const adapter = withAdapter();

  describe(`the contract of ${id}`, () => {
    it.each(precisions)('is right at every contract shape in %s', async (precision) => {
      const { context, opened } = adapter();
      const loaded = await loadKernel(id);
      const cases = contractCases(loaded.kernel).filter((params) => params.precision === precision);
      expect(cases.length).toBeGreaterThan(5);
      const wrong: string[] = [];
      let right = 0;
      for (const params of cases) {
        const verdict = await verifyCase(context, loaded, params);
        if (verdict.kind === 'right') right++;
        const name = caseId('verify', id, loaded.kernel.axes, params);
        if (verdict.kind === 'wrong') wrong.push(`${name}: ${verdict.message}`);
      }
      expect(wrong).toEqual([]);
      const possible = precision !== 'f16' || opened.caps.features.has('shader-f16');
      expect(right > 5).toBe(possible);
    });

    it('is right in every shape that it offers', async () => {
      const { context, opened } = adapter();
      const loaded = await loadKernel(id);
      const wrong: string[] = [];
      for (const { params, shape } of shapedContractCases(loaded.kernel, opened.caps)) {
        const verdict = await verifyCase(context, loaded, params, shape);
        const name = `${caseId('verify', id, loaded.kernel.axes, params)} ${shapeText(shape)}`;
        if (verdict.kind !== 'right') wrong.push(`${name}: ${verdict.message}`);
      }
      expect(wrong).toEqual([]);
    });

    it('agrees with the golden vectors of its mechanism or says why not', async () => {
      const { context } = adapter();
      const loaded = await loadKernel(id);
      for (const file of vectorsOf(loaded.kernel.mechanism)) {
        const vector = parseVector(readFileSync(join(kernelsRoot, file), 'utf8'), file);
        for (const precision of precisions) {
          const outcome = await runVector(context, loaded, vector, precision);
          if (outcome.kind === 'unsupported') expect(outcome.message).not.toBe('');
          else expect({ file, ...outcome }).toMatchObject({ kind: 'passed' });
        }
      }
    });
  });
}
