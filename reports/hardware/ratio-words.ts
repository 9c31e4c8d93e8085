/** Ratios as words. */
import { formatNumber } from '../../harness/format.ts';
import { markLetters } from './comparability.ts';
import type { Judged } from './judge.ts';
import type { RatioEstimate } from './ratio.ts';

/** `1.83×`. */
export function ratioText({ value }: Pick<RatioEstimate, 'value'>): string {
  return `${value >= 99.95 ? formatNumber(value) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2)}×`;
}

/** `1.83 [1.79, 1.88]`. */
export function ratioWithInterval({ value, interval }: RatioEstimate): string {
  const digits = (number: number): string => ratioText({ value: number }).slice(0, -1);
  return interval === null
    ? `${digits(value)}×`
    : `${digits(value)}× [${digits(interval.low)}, ${digits(interval.high)}]`;
}

export function judgedText(judged: Judged): string {
  switch (judged.kind) {
    case 'missing':
      return '–';
    case 'withheld':
      return 'left out';
    case 'ratio': {
      const letters = judged.marks.map((mark) => markLetters[mark]).join('');
      return `${ratioText(judged.ratio)}${letters === '' ? '' : ` (${letters})`}`;
    }
  }
}
