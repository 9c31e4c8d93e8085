/** Options that several commands share, and how their words are read. */
import { Option } from 'commander';
import { UsageError } from '../harness/errors.ts';
import { peerIds } from '../harness/hosts/peer-folders.ts';
import { unknownWord } from '../harness/nearest.ts';
import {
  comparisonFormats,
  defaultComparisonFormats,
  defaultReportFormats,
  formatHelp,
  profileFormats,
  reportFormats,
} from '../reports/formats.ts';
import type { ComparisonFormat, ProfileFormat, ReportFormat } from '../reports/formats.ts';

/** For an option that may be repeated. */
export const collect = (word: string, words: readonly string[] = []): readonly string[] => [...words, word];

/** `a,b` as a list without blanks or repetitions. */
export function wordList(option: string): (text: string) => readonly string[] {
  return (text) => {
    const words = text.split(',').map((word) => word.trim());
    if (words.includes('')) throw new UsageError(`${option} takes names separated by commas, not '${text}'`);
    return [...new Set(words)];
  };
}

/** What stands for every format. */
const everyFormat = 'all';

/** Words as formats of these; `all` is each. Throws UsageError for one there is not. */
export function formatsAmong<Format extends string>(
  what: string,
  words: readonly string[],
  known: readonly Format[],
): readonly Format[] {
  const formats = words.flatMap((word) => {
    if (word === everyFormat) return known;
    const format = known.find((one) => one === word);
    if (format === undefined) throw new UsageError(unknownWord(what, word, [...known, everyFormat]));
    return [format];
  });
  return [...new Set(formats)];
}

const formatWords = wordList('--format');
export const formatOption = '--format <names>';
export const formatList = (text: string): readonly ReportFormat[] =>
  formatsAmong('report format', formatWords(text), reportFormats);
export const comparisonFormatList = (text: string): readonly ComparisonFormat[] =>
  formatsAmong('comparison format', formatWords(text), comparisonFormats);
export const profileFormatList = (text: string): readonly ProfileFormat[] =>
  formatsAmong('profile format', formatWords(text), profileFormats);

const helpOf = (formats: readonly ReportFormat[], defaults: readonly ReportFormat[]): string =>
  formats
    .map((format) => `  ${format.padEnd(12)} ${formatHelp[format]}${defaults.includes(format) ? ' *' : ''}\n`)
    .join('');

const formatsHead = 'Formats, by --format (* where none is named, all for each; docs/outputs.md tells more):';
export const formatsHelp = `${formatsHead}\n${helpOf(reportFormats, defaultReportFormats)}`;
export const comparisonFormatsHelp = `${formatsHead}\n${helpOf(comparisonFormats, defaultComparisonFormats)}`;

export function positiveSeconds(option: string): (text: string) => number {
  return (text) => {
    const seconds = Number(text);
    if (text.trim() === '' || !Number.isFinite(seconds) || seconds <= 0) {
      throw new UsageError(`${option} takes seconds above 0, not '${text}'`);
    }
    return seconds;
  };
}

export const axisOption = '-a, --axis <axis=values>';
export const axisHelp =
  'replace the values of an axis: -a n=1024 sets it, -a n=256,1024 and -a n=256:4096:*2 (or :+256) vary it; may be repeated';
export const kernelsOption = '--kernels <ids>';
export const kernelsHelp = 'only these kernels, separated by commas';
export const kernelFileOption = '--kernel <file>';
export const kernelFileHelp =
  'bring your own: a WGSL file with a manifest (docs/bring-your-own-kernel.md); may be repeated';
export const peersOption = '--peers <ids>';
export const peersHelp = (): string =>
  `also these libraries, on the same cases: ${peerIds().join(', ')} (npm run peers:install)`;

/** For commands that measure: how long cases are sampled, and when they are given up. Made anew, as a command keeps its own. */
export const secondsPerCaseOption = (): Option =>
  new Option(
    '--seconds-per-case <seconds>',
    'sample each case this long at most (default: what its suite says)',
  ).argParser(positiveSeconds('--seconds-per-case'));
export const caseTimeoutOption = (): Option =>
  new Option('--case-timeout <seconds>', 'give up on a case that does not end')
    .argParser(positiveSeconds('--case-timeout'))
    .default(300);
