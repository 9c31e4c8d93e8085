/** GitHub workflow commands: printed in a step, they stand beside the code of a pull request. */
import type { Comparison } from '../../harness/gate/comparison.ts';
import { isBelieved } from '../comparison/verdicts.ts';
import { findingsOfComparison, findingsOfRuns, rules } from './findings.ts';
import type { Finding, Level } from './findings.ts';
import type { Reported } from './reported.ts';
import { wellFormed } from './text.ts';

/** GitHub shows ten of each level from one step, and fifty from one job. */
const mostOfLevel = 10;

const commands: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', note: 'notice' };
const levels = Object.keys(commands) as readonly Level[];

function escapeMessage(text: string): string {
  return wellFormed(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

interface Annotation {
  readonly level: Level;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly message: string;
}

function annotationOf({ rule, level, file, line, column, message }: Finding): Annotation {
  const properties = {
    file,
    line,
    ...(column === null ? {} : { col: column }),
    title: `attnbench: ${rules[rule].name}`,
  };
  return { level, properties, message };
}

function commandOf({ level, properties, message }: Annotation): string {
  const words = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${commands[level]} ${words.join(',')}::${escapeMessage(message)}\n`;
}

function annotate(annotations: readonly Annotation[]): string {
  return levels
    .flatMap((level) => {
      const all = annotations.filter((one) => one.level === level);
      if (all.length <= mostOfLevel) return all;
      const shown = all.slice(0, mostOfLevel - 1);
      const more = all.length - shown.length;
      return [
        ...shown,
        { level, properties: { title: 'attnbench' }, message: `and ${more} more: the report has them all` },
      ];
    })
    .map(commandOf)
    .join('');
}

export const annotationsOfRuns = (reported: Reported): string =>
  annotate(findingsOfRuns(reported).map(annotationOf));

export function annotationsOfComparison(comparison: Comparison): string {
  const { control } = comparison;
  const unfit: readonly Annotation[] =
    control === null || isBelieved(comparison)
      ? []
      : [{ level: 'error', properties: { title: 'attnbench: Control' }, message: control.message }];
  return annotate([...unfit, ...findingsOfComparison(comparison).map(annotationOf)]);
}
