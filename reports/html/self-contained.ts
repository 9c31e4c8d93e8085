/** One HTML file with its script, style and data inside: it works from disk and asks the network for nothing. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { payloadElementId } from './payload.ts';

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** A client script with all that it imports, the style that every page has, and what a page adds to it. */
export async function makeBundle(client: URL, ...styles: readonly URL[]): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [client, new URL('style.css', import.meta.url), ...styles].map((url) => fileURLToPath(url)),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    outdir: 'report',
    logLevel: 'silent',
  });
  const content = (ending: string): string =>
    outputFiles
      .filter((file) => file.path.endsWith(ending))
      .map((file) => file.text.trim())
      .join('');
  return { script: content('.js'), style: content('.css') };
}

/** JSON that cannot end the script element it stands in: no `<` is left. */
function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Nothing from the records stands in the markup itself: the script sets every string of theirs as text. */
export function selfContained(
  { script, style }: Bundle,
  page: { readonly title: string; readonly body: string; readonly payload: unknown },
): string {
  const policy = [
    "default-src 'none'",
    `script-src ${sourceHash(script)}`,
    `style-src ${sourceHash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
${page.body}
<script type="application/json" id="${payloadElementId}">${jsonForScript(page.payload)}</script>
<script>${script}</script>
</body>
</html>
`;
}
