/** Lines that Dawn and the Vulkan loader write to stderr and that tell the reader nothing. */
const noise = [
  /artificially reduced from \d+ to \d+ to fit dynamic offset allocation limit/,
  // The loader's way to say that a driver has no device.
  /Failed to detect any valid GPUs in the current config/,
  /^Warning: vkEnumeratePhysicalDevices$/,
  /^\s+at \w+ \(\S+\.cpp:\d+\)$/,
];

/** The text without those lines. Nothing of the kind goes to stdout. */
export function withoutDawnNoise(text: string): string {
  return text
    .split('\n')
    .filter((line) => !noise.some((mark) => mark.test(line)))
    .join('\n');
}
