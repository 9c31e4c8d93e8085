/** Strings from records, made fit for the formats that they go into: every one still says what it said. */

/** Half of a surrogate pair is no character: UTF-8 cannot hold it. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** XML 1.0 has no place for most control characters, escaped or not: they are spelled out. */
function xmlCharacters(text: string): string {
  return wellFormed(text).replaceAll(
    /[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As themselves a reader would turn them into blanks, or a carriage return into a line feed.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

export function xmlText(text: string): string {
  return xmlCharacters(text).replaceAll(/[&<>\r]/g, (letter) => xmlEntities[letter]);
}

export function xmlAttribute(text: string): string {
  return xmlCharacters(text).replaceAll(/[&<>"\t\n\r]/g, (letter) => xmlEntities[letter]);
}

/**
 * Text inside Markdown that GitHub shows, as code: no mark-up, no mention of a person (`@compute` is one elsewhere), no link to an issue.
 * Every sign that could mean something is a character reference.
 */
export function markdownCode(text: string): string {
  const known = wellFormed(text).replaceAll(/\p{Cc}/gu, (letter) =>
    '\t\n'.includes(letter) ? letter : '\uFFFD',
  );
  const escaped = known.replaceAll(/[^\p{L}\p{N}\p{M}\p{S} ]|[<>&`^~|$+=]/gu, (letter) =>
    ` ,.:;=/()+%?'"-`.includes(letter) ? letter : `&#${letter.codePointAt(0)};`,
  );
  // Addresses become links even there.
  const unlinked = escaped.replaceAll('://', '&#58;//').replaceAll(/(?<=www)\./gi, '&#46;');
  return unlinked === '' ? '' : `<code>${unlinked}</code>`;
}

/** A moment as ISO 8601 has it, for formats that take nothing else; null where a record says something else. */
export const isoTime = (text: string): string | null =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;

/** Behind a key of one line, such as a configuration line. */
export function oneLine(text: string): string {
  return wellFormed(text)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}

export const jsonDocument = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export const jsonLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');
