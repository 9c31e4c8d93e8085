/** What the GPU code needs from wherever it runs. */
export interface Host {
  readonly name: string;
  nowNs(): number;
  /** CPU time of this process, all threads; null where the host cannot tell. */
  cpuNs(): number | null;
  /** Waits for GPU work without burning the core that a software adapter needs. */
  wait<T>(work: Promise<T>): Promise<T>;
  loadText(url: URL): Promise<string>;
  sha256Hex(text: string): Promise<string>;
  freeMemoryBytes(): number | null;
}
