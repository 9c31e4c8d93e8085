/** The valid word a person most likely meant. */

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`: optimal string alignment distance. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const removed = (last[column] ?? 0) + 1;
      const added = (current[column - 1] ?? 0) + 1;
      let cost = Math.min(replaced, removed, added);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/**
 * The nearest of `words`, ignoring case, or null when none is near: more than a third of its letters (and at least two)
 * would have to change, unless one word begins with the other.
 */
export function nearestWord(word: string, words: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  if (wanted === '') return null;
  let best: { readonly word: string; readonly rank: number } | null = null;
  for (const candidate of words) {
    const lower = candidate.toLowerCase();
    const isPrefix = lower.startsWith(wanted) || (lower.length > 0 && wanted.startsWith(lower));
    const distance = editDistance(wanted, lower);
    const near = distance <= Math.max(2, Math.floor(lower.length / 3)) && distance < lower.length;
    if (!near && !isPrefix) continue;
    // A shared beginning is a stronger hint than a few edits.
    const rank = isPrefix ? Math.min(distance, 0.5) : distance;
    if (best === null || rank < best.rank) best = { word: candidate, rank };
  }
  return best?.word ?? null;
}

/** `unknown adapter 'lavapip'; did you mean 'lavapipe'?`, or the list of valid words when none is near. */
export function unknownWord(what: string, word: string, words: readonly string[]): string {
  const nearest = nearestWord(word, words);
  if (nearest !== null) return `unknown ${what} '${word}'; did you mean '${nearest}'?`;
  return `unknown ${what} '${word}'; valid: ${words.join(', ')}`;
}
