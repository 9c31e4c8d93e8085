/** The contract of every kernel on the adapter at hand: right against float64 at odd shapes, right against the golden vectors. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice } from '../harness/adapter.ts';
import { caseId } from '../harness/case-id.ts';
import { measureClock } from '../harness/clock.ts';
import type { GpuContext } from '../harness/context.ts';
import { createContext } from '../harness/context.ts';
import { contractCases, shapedContractCases } from '../harness/contract-cases.ts';
import { choiceFromEnv } from '../harness/hosts/choice.ts';
import type { OpenAdapter } from '../harness/hosts/dawn.ts';
import { openAdapter } from '../harness/hosts/dawn.ts';
import { builtInKernels, folderUrl, kernelIds, loadKernel } from '../harness/hosts/kernel-folders.ts';
import { nodeHost } from '../harness/hosts/node-host.ts';
import { resolveParams } from '../harness/params.ts';
import { runVector } from '../harness/run-vector.ts';
import { parseVector } from '../harness/vectors.ts';
import { shapeText } from '../harness/tuning-table.ts';
import { verifyCase } from '../harness/verify.ts';
import { precisions } from './contract.ts';

let opened: OpenAdapter;
let context: GpuContext;

beforeAll(async () => {
  opened = await openAdapter(choiceFromEnv());
  const { device } = await openDevice(opened.adapter);
  context = createContext(device, nodeHost, opened.caps, await measureClock(device, nodeHost));
});

const kernelsRoot = fileURLToPath(builtInKernels);
const folderOf = (id: string): string => join(kernelsRoot, id);
const vectorFiles = readdirSync(kernelsRoot, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /vectors.[^/\\]+\.json$/.test(path),
);
const vectorsOf = (mechanism: string): readonly string[] =>
  vectorFiles.filter(
    (file) => parseVector(readFileSync(join(kernelsRoot, file), 'utf8'), file).mechanism === mechanism,
  );

describe.each(kernelIds())('%s', (id) => {
  it.each(precisions)('is right at every contract shape in %s', async (precision) => {
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

describe('a kernel that is changed', () => {
  const root = mkdtempSync(join(tmpdir(), 'attnbench-'));
  afterAll(() => rmSync(root, { recursive: true }));

  /** The copy kernel from a folder of its own, with one piece of its WGSL replaced. */
  async function changed(name: string, from: string, to: string) {
    const folder = join(root, name);
    cpSync(folderOf('copy'), folder, { recursive: true });
    const shader = join(folder, 'copy.wgsl');
    const text = readFileSync(shader, 'utf8');
    expect(text).toContain(from);
    writeFileSync(shader, text.replace(from, to));
    const { kernel } = await loadKernel('copy');
    return { id: name, kernel, folder: folderUrl(folder) };
  }
  const verify = async (loaded: Awaited<ReturnType<typeof changed>>) =>
    verifyCase(context, loaded, resolveParams(loaded.kernel.axes, { n: 100, heads: 2, d: 32 }));

  // The chunks it includes are found beside it, as in the kernels folder.
  beforeAll(() => cpSync(folderOf('lib'), join(root, 'lib'), { recursive: true }));

  it('is right when nothing is changed', async () => {
    expect(await verify(await changed('same', 'y[at]', 'y[at]'))).toMatchObject({ kind: 'right' });
  });
  it('is wrong when it reads the wrong element', async () => {
    expect(await verify(await changed('shifted', 'v[source]', 'v[(source + 1u) % u.quads]'))).toMatchObject({
      kind: 'wrong',
    });
  });
  it('is wrong when it leaves an element out', async () => {
    const verdict = await verify(await changed('partial', 'at < u.quads)', 'at < u.quads && at != 7u)'));
    expect(verdict).toMatchObject({ kind: 'wrong', message: expect.stringContaining('was never written') });
  });
  it('is wrong when it writes past the end', async () => {
    const beyond = await changed('beyond', 'y[at] =', 'y[at + select(0u, 1u, at == u.quads - 1u)] =');
    expect(await verify(beyond)).toMatchObject({
      kind: 'wrong',
      message: expect.stringContaining('y was written past its end'),
    });
  });
  it('tells a compile error at its own line', async () => {
    await expect(verify(await changed('broken', 'v[source];', 'v[source]'))).rejects.toThrow(
      /^copy\.wgsl:23:\d+: /,
    );
  });
});
