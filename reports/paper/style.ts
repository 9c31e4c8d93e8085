/** How figures for print are set. A style is data: every figure is drawn by the same code, whatever its style. */
import { UsageError } from '../../harness/errors.ts';
import { unknownWord } from '../../harness/nearest.ts';
import { typefaceOf, typefaces } from '../fonts.ts';
import type { Typeface } from '../fonts.ts';
import { paletteNames } from './looks.ts';
import type { PaletteName } from './looks.ts';
import { columns, legendPlaces, styleNames } from './style-words.ts';
import type { LegendPlace, StyleName, StyleWords } from './style-words.ts';

export interface Style {
  readonly name: StyleName;
  readonly widthIn: number;
  /** Null: as high as the width and the legend ask for. */
  readonly heightIn: number | null;
  readonly typeface: Typeface;
  readonly fontSizePt: number;
  readonly legend: LegendPlace;
  readonly palette: PaletteName;
  /** As a printer without colours would print it. */
  readonly grayscale: boolean;
  /** Whether title and notes are part of the picture. The caption has both. */
  readonly words: boolean;
  readonly linePt: number;
  readonly markerPt: number;
}

const styles: Readonly<Record<StyleName, Style>> = {
  paper: {
    name: 'paper',
    widthIn: columns.single,
    heightIn: null,
    typeface: typefaces.sans,
    fontSizePt: 8,
    legend: 'top',
    palette: 'okabe-ito',
    grayscale: false,
    words: false,
    linePt: 1,
    markerPt: 2.1,
  },
  screen: {
    name: 'screen',
    widthIn: 8,
    heightIn: 5,
    typeface: typefaces.sans,
    fontSizePt: 11,
    legend: 'right',
    palette: 'okabe-ito',
    grayscale: false,
    words: true,
    linePt: 1.5,
    markerPt: 3,
  },
};

function oneOf<Word extends string>(what: string, word: string, words: readonly Word[]): Word {
  const found = words.find((known) => known === word);
  if (found === undefined) throw new UsageError(unknownWord(what, word, words));
  return found;
}

interface Range {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
}
const ranges = {
  '--width': { least: 2, most: 20, unit: 'inches' },
  '--height': { least: 1, most: 20, unit: 'inches' },
  '--font-size': { least: 5, most: 24, unit: 'points' },
} as const satisfies Readonly<Record<string, Range>>;

function numberIn(option: keyof typeof ranges, word: string, also = ''): number {
  const { least, most, unit } = ranges[option];
  const value = Number(word);
  if (word.trim() === '' || !(value >= least && value <= most)) {
    throw new UsageError(`${option} takes ${unit} from ${least} to ${most}${also}, not '${word}'`);
  }
  return value;
}

function widthOf(word: string): number {
  if (word === 'single' || word === 'double') return columns[word];
  const names = `, single (${columns.single}) or double (${columns.double})`;
  // Whole hundredths, in which figures are laid out.
  return Math.round(100 * numberIn('--width', word, names)) / 100;
}

/** Throws UsageError with a sentence for a word that is none. */
export function styleOf(words: StyleWords): Style {
  const base = styles[oneOf('style', words.style, styleNames)];
  const widthIn = words.width === null ? base.widthIn : widthOf(words.width);
  // A legend beside the curves leaves them too little of a single column.
  const wide = base.name === 'screen' || widthIn >= 5;
  return {
    ...base,
    widthIn,
    heightIn: words.height === null ? heightFor(base, widthIn) : numberIn('--height', words.height),
    typeface: words.font === null ? base.typeface : typefaceOf(words.font),
    fontSizePt: words.fontSize === null ? base.fontSizePt : numberIn('--font-size', words.fontSize),
    legend:
      words.legend === null ? (wide ? 'right' : 'top') : oneOf('legend place', words.legend, legendPlaces),
    palette: words.palette === null ? base.palette : oneOf('palette', words.palette, paletteNames),
    grayscale: words.grayscale,
  };
}

const heightFor = ({ widthIn, heightIn }: Style, width: number): number | null =>
  heightIn === null ? null : Math.round((100 * heightIn * width) / widthIn) / 100;
