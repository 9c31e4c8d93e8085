/** What the GPU part of the harness needs from where it runs. Everything that differs between Node and a browser page is here. */
export interface Host {
  readonly name: string;
  /** A monotonic clock, in nanoseconds from an arbitrary start. */
  nowNs(): number;
  /** CPU time of the whole process, all threads (a software adapter's too); null where the host cannot tell. */
  cpuNs(): number | null;
  /** Waits for GPU work without taking the CPU from a software adapter. */
  wait<T>(work: Promise<T>): Promise<T>;
  /** The text of a project file, such as a kernel's WGSL. */
  loadText(url: URL): Promise<string>;
  /** The text of a file that need not be there, such as a tuning table; null without one. */
  findText(url: URL): Promise<string | null>;
  sha256Hex(text: string): Promise<string>;
  /** Memory that could be had now; null where the host cannot tell. */
  freeMemoryBytes(): number | null;
}
