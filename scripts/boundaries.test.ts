/** The import directions of the project are rules of the linter: each is broken here once, in a tree of its own. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const project = fileURLToPath(new URL('..', import.meta.url));
const oxlint = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin', 'oxlint');

const forbidden: readonly (readonly [string, string])[] = [
  ['kernels/one/kernel.ts', 'node:fs'],
  ['kernels/one/kernel.ts', 'zod'],
  ['kernels/one/kernel.ts', '@napi-rs/canvas'],
  ['kernels/one/kernel.ts', '../two/plan.ts'],
  ['kernels/one/kernel.ts', '../../harness/layout.ts'],
  ['kernels/lib/heads.ts', '../one/kernel.ts'],
  ['kernels/contract.ts', './lib/heads.ts'],
  ['suites/one.ts', '../kernels/one/kernel.ts'],
  ['suites/one.ts', '../harness/record.ts'],
  ['suites/one.ts', 'node:fs'],
  ['harness/executor.ts', 'node:fs/promises'],
  ['harness/executor.ts', 'zod'],
  ['harness/executor.ts', './hosts/dawn.ts'],
  ['harness/executor.ts', '../kernels/lib/heads.ts'],
  ['harness/executor.ts', '../reports/rows.ts'],
  ['harness/peaks/sweep.ts', 'node:fs'],
  ['harness/peaks/sweep.ts', '../hosts/dawn.ts'],
  ['harness/peaks/sweep.ts', '../../kernels/lib/heads.ts'],
  ['harness/gate/procedure.ts', 'node:fs'],
  ['harness/gate/procedure.ts', '../hosts/dawn.ts'],
  ['harness/sampling.ts', 'node:fs'],
  ['harness/kernel-file/kernel.ts', 'node:fs'],
  ['harness/kernel-file/kernel.ts', '../hosts/dawn.ts'],
  ['harness/kernel-file/kernel.ts', '../../kernels/lib/heads.ts'],
  ['harness/sampling.ts', 'commander'],
  ['harness/record.ts', './hosts/dawn.ts'],
  ['harness/history/chain.ts', 'node:fs'],
  ['harness/history/chain.ts', '../hosts/history-folder.ts'],
  ['harness/history/chain.ts', '../../reports/rows.ts'],
  ['harness/hosts/dawn.ts', '../../kernels/lib/heads.ts'],
  ['harness/hosts/dawn.ts', '../../scripts/cli.ts'],
  ['harness/hosts/dawn.ts', '../../suites/one.ts'],
  ['harness/hosts/page/page-host.ts', 'node:fs'],
  ['harness/hosts/page/page-host.ts', 'zod'],
  ['harness/hosts/page/page-host.ts', '../dawn.ts'],
  ['harness/hosts/page/page-host.ts', '../../../kernels/lib/heads.ts'],
  ['harness/hosts/page/page-host.ts', '../../../reports/rows.ts'],
  ['reports/rows.ts', '../harness/hosts/dawn.ts'],
  ['reports/rows.ts', '../harness/executor.ts'],
  ['reports/rows.ts', '../kernels/contract.ts'],
  ['reports/html/page.ts', '../../harness/executor.ts'],
  ['reports/html/page.ts', '../../scripts/cli.ts'],
  ['reports/site/client.ts', 'node:fs'],
  ['reports/site/client.ts', 'zod'],
  ['reports/site/client.ts', '../../harness/hosts/run-folder.ts'],
  ['reports/site/client.ts', '../../kernels/naive/kernel.ts'],
  ['reports/site/client.ts', '../../suites/quick.ts'],
  ['reports/site/client.ts', '../../scripts/cli.ts'],
  ['peers/one/peer.ts', 'node:fs'],
  ['peers/one/peer.ts', 'onnxruntime-web'],
  ['peers/one/peer.ts', '../../harness/layout.ts'],
  ['peers/one/peer.ts', '../../kernels/naive/kernel.ts'],
  ['harness/executor.ts', '../peers/one/peer.ts'],
  ['harness/hosts/dawn.ts', '../../peers/one/peer.ts'],
  ['reports/rows.ts', '../peers/contract.ts'],
];
const allowed: readonly (readonly [string, string])[] = [
  ['kernels/one/kernel.ts', '../contract.ts'],
  ['kernels/one/kernel.ts', '../lib/heads.ts'],
  ['kernels/one/kernel.ts', './plan.ts'],
  ['suites/one.ts', '../harness/sweep.ts'],
  ['harness/executor.ts', '../kernels/contract.ts'],
  ['harness/sampling.ts', 'tinybench'],
  ['harness/record.ts', 'zod'],
  ['harness/kernel-file/manifest.ts', 'zod'],
  ['harness/kernel-file/kernel.ts', '../params.ts'],
  ['harness/peaks/sweep.ts', '../../kernels/contract.ts'],
  ['harness/history/entry.ts', 'zod'],
  ['harness/history/entry.ts', '../gate/comparison.ts'],
  ['reports/rows.ts', '../harness/roofline.ts'],
  ['reports/history/page.ts', '../../harness/history/trend.ts'],
  ['reports/write.ts', '../harness/hosts/whole-file.ts'],
  ['harness/hosts/dawn.ts', 'webgpu'],
  ['harness/hosts/page/page-host.ts', '../../host.ts'],
  ['harness/hosts/page/page-kernels.ts', '../../kernel-file/of-source.ts'],
  ['harness/hosts/page/page-kernels.ts', '../../../kernels/contract.ts'],
  ['harness/hosts/page/page-kernels.ts', './bundled-packs.ts'],
  ['reports/html/page.ts', '../../harness/record.ts'],
  ['reports/site/client.ts', '../html/dom.ts'],
  ['reports/site/client.ts', '../../harness/hosts/session.ts'],
  ['reports/site/client.ts', '../../harness/hosts/page/page-kernels.ts'],
  ['reports/site/measuring.ts', '../../harness/sweep-engine.ts'],
  ['scripts/cli.ts', '../reports/rows.ts'],
  ['peers/one/peer.ts', '../contract.ts'],
  ['peers/one/peer.ts', '../lib/layout.ts'],
  ['peers/one/peer.ts', '../../kernels/contract.ts'],
  ['harness/executor.ts', '../peers/contract.ts'],
  ['harness/hosts/dawn.ts', '../../peers/contract.ts'],
];

const lintReport = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
});

let root: string;
/** Trees 0, 1, 2 ...: one import each, so that every report belongs to one rule. */
let reported: ReadonlySet<number>;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'attnbench-lint-'));
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));
  const found = [...forbidden, ...allowed].map(([file, from], index) => {
    const tree = join(root, String(index));
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    copyFileSync(join(project, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
    writeFileSync(join(tree, file), `export * from '${from}';\n`);
    return tree;
  });
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'json', ...found], {
    cwd: root,
    encoding: 'utf8',
  });
  const { diagnostics } = lintReport.parse(JSON.parse(stdout));
  reported = new Set(
    diagnostics
      .filter(({ code }) => code.includes('no-restricted-imports'))
      .map(({ filename }) => Number(filename.split('/')[0])),
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(forbidden.map(([file, from], index) => [file, from, index] as const))(
  '%s may not import %s',
  (_file, _from, index) => expect(reported).toContain(index),
);
test.each(allowed.map(([file, from], index) => [file, from, forbidden.length + index] as const))(
  '%s may import %s',
  (_file, _from, index) => expect(reported).not.toContain(index),
);
