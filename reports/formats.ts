/** What reports can be written as: one list, from which the commands take names, help and types. docs/outputs.md tells more of each. */

export const staticFormats = ['svg', 'pdf', 'png'] as const;
export type StaticFormat = (typeof staticFormats)[number];

export const tableFormats = ['csv', 'md', 'tex'] as const;
export type TableFormat = (typeof tableFormats)[number];

/** A figure by itself has the numbers behind it beside it. */
export const paperFormats = [...staticFormats, 'csv'] as const;
export type PaperFormat = (typeof paperFormats)[number];

/** For other programs, and for where CI shows things: written on request. */
export const exportFormats = [
  'json',
  'jsonl',
  'benchfmt',
  'gha',
  'bmf',
  'junit',
  'sarif',
  'annotations',
  'comment',
  'summary',
  'trace',
] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const reportFormats = ['html', ...staticFormats, ...tableFormats, ...exportFormats] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** What runs are written as where nothing is asked for: the page has every figure, and thousands of them as files would take minutes. */
export const defaultReportFormats = ['html', 'csv', 'md'] as const satisfies readonly ReportFormat[];

/** Of the run that was just measured the figures are files too. */
export const measuredRunFormats = ['html', 'svg', 'csv', 'md'] as const satisfies readonly ReportFormat[];

/** A comparison's figures are on its page. */
export const comparisonFormats = ['html', ...tableFormats, ...exportFormats] as const;
export type ComparisonFormat = (typeof comparisonFormats)[number];

/** What a comparison is written as where nothing is asked for. */
export const defaultComparisonFormats = [
  'html',
  'comment',
  'csv',
] as const satisfies readonly ComparisonFormat[];

/** A profile has its data and its trace besides. */
export const profileFormats = ['html', ...staticFormats, ...tableFormats, 'json', 'trace'] as const;
export type ProfileFormat = (typeof profileFormats)[number];

/** One line of help each. */
export const formatHelp: Readonly<Record<ReportFormat, string>> = {
  html: 'index.html: a page that works from disk',
  svg: 'figures/*.svg',
  pdf: 'figures/*.pdf',
  png: 'figures/*.png, 300 dpi',
  csv: 'tables/*.csv: unrounded, units in the headings',
  md: 'tables/*.md',
  tex: 'tables/*.tex: LaTeX, booktabs',
  json: 'results.json, of a comparison comparison.json: all that is derived, one document',
  jsonl: 'samples.jsonl: raw samples in the order taken; of a comparison cases.jsonl',
  benchfmt: 'results.bench, of a comparison base.bench and head.bench: for benchstat',
  gha: 'gha-smaller.json and gha-bigger.json: for github-action-benchmark',
  bmf: 'bmf.json: Bencher Metric Format',
  junit: 'junit.xml: test reports of CI services',
  sarif: 'results.sarif: code scanning, SARIF 2.1.0',
  annotations: 'annotations.txt: workflow commands that GitHub shows beside the code',
  comment: 'comment.md: for a pull request, at most 65,536 characters, first line a marker to update it by',
  summary: 'summary.md: for $GITHUB_STEP_SUMMARY, at most 1 MiB',
  trace: 'trace.json: Perfetto, chrome://tracing',
};
