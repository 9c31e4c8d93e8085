/** Lines that Dawn writes to stderr on every start and that tell the reader nothing. */
const noise = [/artificially reduced from \d+ to \d+ to fit dynamic offset allocation limit/];

/** The text without those lines. Dawn writes nothing to stdout. */
export function withoutDawnNoise(text: string): string {
  return text
    .split('\n')
    .filter((line) => !noise.some((mark) => mark.test(line)))
    .join('\n');
}
