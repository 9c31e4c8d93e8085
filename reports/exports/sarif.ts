/** SARIF 2.1.0, for code scanning. */
import { createHash } from 'node:crypto';
import type { Comparison } from '../../harness/gate/comparison.ts';
import { adapterText, isBelieved } from '../comparison/verdicts.ts';
import { findingsOfComparison, findingsOfRuns, rules } from './findings.ts';
import type { Finding, RuleId } from './findings.ts';
import type { Reported } from './reported.ts';
import { isoTime, jsonDocument, wellFormed } from './text.ts';

const ruleIds = Object.keys(rules) as readonly RuleId[];

/** GitHub takes no more results of one upload than this. */
const mostResults = 5000;

interface Invocation {
  readonly commandLine?: string;
  readonly startTimeUtc?: string;
  readonly executionSuccessful: boolean;
  readonly toolExecutionNotifications: readonly {
    readonly level: string;
    readonly message: { readonly text: string };
  }[];
}

/** The same finding of another run has the same: a rule and a case, whatever the numbers. */
function fingerprint({ rule, id }: Finding): string {
  return createHash('sha256')
    .update(`${rule}\n${wellFormed(id)}`)
    .digest('hex');
}

const uri = (path: string): string =>
  path
    .split('/')
    .map((part) => encodeURIComponent(wellFormed(part)))
    .join('/');

function result(finding: Finding): object {
  const { rule, level, id, kernel, file, line, column, message } = finding;
  return {
    ruleId: rule,
    ruleIndex: ruleIds.indexOf(rule),
    level,
    message: { text: wellFormed(message) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uri(file), uriBaseId: '%SRCROOT%' },
          region: { startLine: line, ...(column === null ? {} : { startColumn: column }) },
        },
        logicalLocations: [
          { name: wellFormed(kernel), fullyQualifiedName: wellFormed(id), kind: 'function' },
        ],
      },
    ],
    partialFingerprints: { 'attnbenchCase/v1': fingerprint(finding) },
  };
}

function sarif(
  version: string,
  category: string,
  invocations: readonly Invocation[],
  findings: readonly Finding[],
): string {
  return jsonDocument({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'attnbench',
            semanticVersion: version,
            rules: ruleIds.map((id) => ({
              id,
              name: rules[id].name,
              shortDescription: { text: rules[id].what },
              defaultConfiguration: { level: rules[id].level },
            })),
          },
        },
        automationDetails: { id: `${wellFormed(category)}/` },
        columnKind: 'utf16CodeUnits',
        invocations,
        results: findings.slice(0, mostResults).map(result),
      },
    ],
  });
}

function startOf(startedAt: string): { readonly startTimeUtc?: string } {
  const moment = isoTime(startedAt);
  return moment === null ? {} : { startTimeUtc: moment };
}

export function sarifOfRuns(reported: Reported): string {
  const { runs } = reported;
  const invocations = runs.map(({ header }): Invocation => ({
    ...(header.command === undefined ? {} : { commandLine: wellFormed(header.command) }),
    ...startOf(header.startedAt),
    executionSuccessful: true,
    toolExecutionNotifications: [],
  }));
  const places = runs.map(({ header }) => `${header.suite}/${header.adapter.name}`);
  return sarif(
    runs[0]?.header.tool.version ?? '0.0.0',
    ['attnbench', ...new Set(places)].join('/'),
    invocations,
    findingsOfRuns(reported),
  );
}

export function sarifOfComparison(comparison: Comparison): string {
  const { command, startedAt, tool, control } = comparison;
  const notes =
    control === null
      ? []
      : [{ level: isBelieved(comparison) ? 'note' : 'error', message: { text: control.message } }];
  const invocation: Invocation = {
    commandLine: wellFormed(command),
    ...startOf(startedAt),
    executionSuccessful: isBelieved(comparison),
    toolExecutionNotifications: notes,
  };
  return sarif(
    tool.version,
    `attnbench/compare/${adapterText(comparison)}`,
    [invocation],
    findingsOfComparison(comparison),
  );
}
