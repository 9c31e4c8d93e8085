/** Options that several commands share, and how their words are read. */
import { Option } from 'commander';
import { UsageError } from '../harness/errors.ts';
import { peerIds } from '../harness/hosts/peer-folders.ts';
import { unknownWord } from '../harness/nearest.ts';
import { profileFormats, reportFormats } from '../reports/formats.ts';

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

/** `html,csv` as formats. Throws UsageError for one there is not. */
function formatsAmong<Format extends string>(
  what: string,
  known: readonly Format[],
): (text: string) => readonly Format[] {
  return (text) =>
    wordList('--format')(text).map((word) => {
      const format = known.find((one) => one === word);
      if (format === undefined) throw new UsageError(unknownWord(what, word, known));
      return format;
    });
}

export const formatList = formatsAmong('report format', reportFormats);
export const profileFormatList = formatsAmong('profile format', profileFormats);

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
