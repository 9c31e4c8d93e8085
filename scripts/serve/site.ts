/** The page that measures, as files: one script that carries kernels, suites and the worker, so that a loaded page needs no network. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';
import { toolFacts } from '../../harness/hosts/environment.ts';
import { builtInKernels, kernelIds, kernelSourceHash } from '../../harness/hosts/kernel-folders.ts';
import { packFiles, packsPlugin, typeOf } from '../../harness/hosts/page-bundle.ts';
import { builtInSuites, suiteNames } from '../../harness/hosts/suite-files.ts';
import { sitePage } from '../../reports/site/page.ts';
import { contentPolicy, pageFile } from './page-headers.ts';
import type { SiteFile, SiteFiles } from './page-headers.ts';

export interface SiteOptions {
  /** Where the page's own server takes runs in, relative to the page; null for a host that takes none. */
  readonly intake: string | null;
  readonly kernels?: URL;
  readonly suites?: URL;
  readonly caseTimeoutSeconds?: number;
}

/** The pack of a session's own kernels. */
const ownPack = 'kernels';
const peaks = new URL('../../harness/peaks/', import.meta.url);
const workerEntry = new URL('../../harness/hosts/page/session-worker.ts', import.meta.url);
const pageEntry = new URL('../../reports/site/client.ts', import.meta.url);
const styles = ['../../reports/html/style.css', '../../reports/site/style.css'].map(
  (path) => new URL(path, import.meta.url),
);

/** Another module in the place of the one at `place`. */
function inPlaceOf(place: URL, contents: string): Plugin {
  const path = fileURLToPath(place);
  const name = path.replace(/^.*[/\\]/, '');
  return {
    name,
    setup({ onLoad }) {
      onLoad({ filter: new RegExp(`[/\\\\]${name.replaceAll('.', '\\.')}$`) }, (asked) =>
        asked.path === path
          ? { contents, loader: 'js', resolveDir: fileURLToPath(new URL('.', place)) }
          : null,
      );
    },
  };
}

/** Everything that a session reads, by the address that the worker gives it. */
function textsModule(kernels: URL): string {
  const texts = [
    ...packFiles(kernels).map((file) => [`memory:/${ownPack}/${file}`, new URL(file, kernels)] as const),
    ...readdirSync(peaks)
      .filter((file) => file.endsWith('.wgsl'))
      .map((file) => [`memory:/peaks/${file}`, new URL(file, peaks)] as const),
  ].map(([address, file]) => [address, readFileSync(file, 'utf8')] as const);
  return `export const texts = ${JSON.stringify(Object.fromEntries(texts))};`;
}

const common = {
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  charset: 'utf8',
  write: false,
  logLevel: 'silent',
} satisfies BuildOptions;

async function workerScript(kernels: URL): Promise<string> {
  const texts = new URL('../../harness/hosts/page/bundled-texts.ts', import.meta.url);
  const { outputFiles } = await build({
    ...common,
    entryPoints: [fileURLToPath(workerEntry)],
    format: 'iife',
    // Where the micro-kernels of the peaks look for their files.
    define: { 'import.meta.url': '"memory:/peaks/"' },
    plugins: [packsPlugin({ [ownPack]: kernels }), inPlaceOf(texts, textsModule(kernels))],
  });
  return outputFiles[0].text;
}

async function contentsModule(
  worker: string,
  { kernels = builtInKernels, suites = builtInSuites, caseTimeoutSeconds = 300 }: SiteOptions,
): Promise<string> {
  const sources = kernelIds(kernels).map((id) => [
    id,
    kernelSourceHash({ folder: new URL(`${id}/`, kernels) }),
  ]);
  const names = suiteNames(suites);
  const imports = names.map(
    (name, index) =>
      `import suite${index} from ${JSON.stringify(fileURLToPath(new URL(`${name}.ts`, suites)))};`,
  );
  const entries = names.map((name, index) => `${JSON.stringify(name)}: suite${index}`);
  const rest = { tool: toolFacts(), kernelSources: Object.fromEntries(sources), worker, caseTimeoutSeconds };
  return `${imports.join('\n')}\nexport const contents = { ...${JSON.stringify(rest)}, suites: { ${entries.join(', ')} } };`;
}

async function pageScript(options: SiteOptions): Promise<string> {
  const kernels = options.kernels ?? builtInKernels;
  const place = new URL('../../reports/site/contents.ts', import.meta.url);
  const { outputFiles } = await build({
    ...common,
    entryPoints: [fileURLToPath(pageEntry)],
    format: 'iife',
    plugins: [
      packsPlugin({ [ownPack]: kernels }),
      inPlaceOf(place, await contentsModule(await workerScript(kernels), options)),
    ],
  });
  return outputFiles[0].text;
}

async function styleSheet(): Promise<string> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: styles.map((url) => fileURLToPath(url)),
    outdir: 'site',
  });
  return outputFiles.map(({ text }) => text).join('');
}

const scriptFile = 'site.js';
const styleFile = 'site.css';

/** The whole page, with addresses relative to itself, so that it works wherever it is put. */
export async function makeSite(options: SiteOptions): Promise<SiteFiles> {
  const [script, style] = await Promise.all([pageScript(options), styleSheet()]);
  const page = sitePage({
    script: scriptFile,
    style: styleFile,
    policy: contentPolicy,
    intake: options.intake,
  });
  const file = (path: string, text: string): readonly [string, SiteFile] => [
    path,
    { type: typeOf(path), bytes: new TextEncoder().encode(text) },
  ];
  return new Map([file(pageFile, page), file(scriptFile, script), file(styleFile, style)]);
}
