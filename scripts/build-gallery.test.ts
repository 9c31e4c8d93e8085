import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { figureNames } from '../reports/paper/kinds.ts';
import { buildGallery, galleryFolder } from './build-gallery.ts';
import type { Gallery } from './build-gallery.ts';

const stored = (name: string): string => readFileSync(new URL(name, galleryFolder), 'utf8');

/** What does not depend on how a processor rounds: the words of a figure and how many shapes it has. */
function outline(svg: string): readonly (string | number)[] {
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  return [...texts, (svg.match(/<path/g) ?? []).length];
}

describe('docs/gallery', () => {
  let gallery: Gallery;
  beforeAll(async () => {
    gallery = await buildGallery();
  }, 60_000);

  test('is current; `npm run gallery` rewrites it', () => {
    const pictures = readdirSync(galleryFolder).filter((name) => name.endsWith('.svg'));
    expect(['README.md', ...pictures].sort()).toEqual([...gallery.files.keys()].sort());
    for (const [name, content] of gallery.files) {
      expect(existsSync(new URL(name, galleryFolder)), name).toBe(true);
      if (name.endsWith('.svg')) expect(outline(stored(name)), name).toEqual(outline(content));
      else expect(stored(name)).toBe(content);
    }
  });

  test('shows every figure there is, none of whose series only colours tell apart', () => {
    for (const name of figureNames) expect(stored('README.md')).toContain(`attnbench figure ${name} `);
    expect(gallery.alike).toEqual([]);
  });
});
