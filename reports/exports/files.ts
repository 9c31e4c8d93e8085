/** Which files each export is, and what makes them. */
import type { Comparison } from '../../harness/gate/comparison.ts';
import { exportFormats } from '../formats.ts';
import type { ExportFormat } from '../formats.ts';
import { annotationsOfComparison, annotationsOfRuns } from './annotations.ts';
import { bencherOfComparison, bencherOfRuns } from './bencher.ts';
import { benchfmtOfRuns, benchfmtOfSide } from './benchfmt.ts';
import { comparisonMarkdown } from './comparison-markdown.ts';
import { casesOfComparison, jsonOfComparison, jsonOfRuns, samplesOfRuns } from './data.ts';
import { githubBenchmarkOfComparison, githubBenchmarkOfRuns } from './github-benchmark.ts';
import { junitOfComparison, junitOfRuns } from './junit.ts';
import { commentBytes, summaryBytes } from './markdown.ts';
import type { Reported } from './reported.ts';
import { runMarkdown } from './run-markdown.ts';
import { sarifOfComparison, sarifOfRuns } from './sarif.ts';
import { traceOfComparison, traceOfRuns } from './trace.ts';

/** By file name. */
export type Files<Source> = Readonly<Record<string, (source: Source) => string>>;

export const filesOfRuns: Readonly<Record<ExportFormat, Files<Reported>>> = {
  json: { 'results.json': jsonOfRuns },
  jsonl: { 'samples.jsonl': samplesOfRuns },
  benchfmt: { 'results.bench': benchfmtOfRuns },
  gha: {
    'gha-smaller.json': (reported) => githubBenchmarkOfRuns(reported, 'smaller'),
    'gha-bigger.json': (reported) => githubBenchmarkOfRuns(reported, 'bigger'),
  },
  bmf: { 'bmf.json': bencherOfRuns },
  junit: { 'junit.xml': junitOfRuns },
  sarif: { 'results.sarif': sarifOfRuns },
  annotations: { 'annotations.txt': annotationsOfRuns },
  comment: { 'comment.md': (reported) => runMarkdown(reported, commentBytes) },
  summary: { 'summary.md': (reported) => runMarkdown(reported, summaryBytes) },
  trace: { 'trace.json': traceOfRuns },
};

export const filesOfComparison: Readonly<Record<ExportFormat, Files<Comparison>>> = {
  json: { 'comparison.json': jsonOfComparison },
  jsonl: { 'cases.jsonl': casesOfComparison },
  benchfmt: {
    'base.bench': (comparison) => benchfmtOfSide(comparison, 'base'),
    'head.bench': (comparison) => benchfmtOfSide(comparison, 'head'),
  },
  gha: {
    'gha-smaller.json': (comparison) => githubBenchmarkOfComparison(comparison, 'smaller'),
    'gha-bigger.json': (comparison) => githubBenchmarkOfComparison(comparison, 'bigger'),
  },
  bmf: { 'bmf.json': bencherOfComparison },
  junit: { 'junit.xml': junitOfComparison },
  sarif: { 'results.sarif': sarifOfComparison },
  annotations: { 'annotations.txt': annotationsOfComparison },
  comment: { 'comment.md': (comparison) => comparisonMarkdown(comparison, commentBytes) },
  summary: { 'summary.md': (comparison) => comparisonMarkdown(comparison, summaryBytes) },
  trace: { 'trace.json': traceOfComparison },
};

export function isExportFormat(format: string): format is ExportFormat {
  return exportFormats.some((known) => known === format);
}
