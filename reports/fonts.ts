/** The fonts that figures are set in. They come with the package, because a machine may have none, and figures should look the same everywhere. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, extname } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';
import { UsageError } from '../harness/errors.ts';
import { didYouMean } from '../harness/nearest.ts';

export interface Typeface {
  /** As a canvas and a style sheet name it. */
  readonly family: string;
  /** What an SVG reader takes where it has no such font. */
  readonly fallback: string;
  /** Paths that Node resolves; empty where the system has the font. */
  readonly files: readonly string[];
}

/** Their files are named after the family: Inter_400Regular.ttf. */
const bundled = (family: string, name: string, fallback: string): Typeface => ({
  family,
  fallback,
  files: ['400Regular', '700Bold'].map(
    (cut) => `@expo-google-fonts/${name}/${cut}/${family.replaceAll(' ', '')}_${cut}.ttf`,
  ),
});

export const typefaces = {
  sans: bundled('Inter', 'inter', 'Helvetica, Arial, sans-serif'),
  serif: bundled('STIX Two Text', 'stix-two-text', "'Times New Roman', Times, serif"),
} as const satisfies Readonly<Record<string, Typeface>>;

const registered = new Set<Typeface>();

/** Makes a typeface known to every canvas. */
export function registerTypeface(typeface: Typeface): void {
  if (registered.has(typeface)) return;
  const require = createRequire(import.meta.url);
  for (const file of typeface.files) {
    const path = file.startsWith('@') ? require.resolve(file) : file;
    if (GlobalFonts.registerFromPath(path, typeface.family) === null) {
      throw new UsageError(`the font ${path} cannot be read; name a .ttf or .otf file`);
    }
  }
  registered.add(typeface);
}

/** A family as style sheets and canvases read it: quoted where it is more than a word. */
export const quotedFamily = ({ family }: Typeface): string =>
  /^[A-Za-z]+$/.test(family) ? family : `'${family.replaceAll(/['"\\<>&]/g, '')}'`;

/** `serif`, `sans`, a font file, or a family that this machine has. Throws UsageError. */
export function typefaceOf(word: string): Typeface {
  if (word === 'sans' || word === 'serif') return typefaces[word];
  if (/\.(ttf|otf)$/i.test(word)) {
    if (!existsSync(word)) throw new UsageError(`there is no font file ${word}`);
    return { family: basename(word, extname(word)), fallback: 'sans-serif', files: [word] };
  }
  const families = GlobalFonts.families.map(({ family }) => family);
  const family = families.find((name) => name.toLowerCase() === word.toLowerCase());
  if (family !== undefined) return { family, fallback: 'sans-serif', files: [] };
  throw new UsageError(
    `this machine has no font '${word}'${didYouMean(word, ['sans', 'serif', ...families])}; --font takes sans, serif, a family that is installed, or a .ttf or .otf file`,
  );
}
