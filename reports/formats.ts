/** What a report can be written as. */

export const staticFormats = ['svg', 'pdf', 'png'] as const;
export type StaticFormat = (typeof staticFormats)[number];

export const tableFormats = ['csv', 'md', 'tex'] as const;
export type TableFormat = (typeof tableFormats)[number];

export const reportFormats = ['html', ...staticFormats, ...tableFormats] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** A profile has its data and its trace besides. */
export const profileFormats = [...reportFormats, 'json', 'trace'] as const;
export type ProfileFormat = (typeof profileFormats)[number];
