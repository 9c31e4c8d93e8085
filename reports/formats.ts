/** What a report can be written as. */

export const staticFormats = ['svg', 'pdf', 'png'] as const;
export type StaticFormat = (typeof staticFormats)[number];

export const tableFormats = ['csv', 'md', 'tex'] as const;
export type TableFormat = (typeof tableFormats)[number];

export const reportFormats = ['html', ...staticFormats, ...tableFormats] as const;
export type ReportFormat = (typeof reportFormats)[number];
