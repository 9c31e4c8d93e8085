/** So many in any minute. */
export class Rate {
  private readonly perMinute: number;
  private readonly nowMs: () => number;
  private taken: readonly number[] = [];

  constructor(perMinute: number, nowMs: () => number = () => performance.now()) {
    this.perMinute = perMinute;
    this.nowMs = nowMs;
  }

  /** Takes a place, or says in how many seconds there will be one. */
  take(): { readonly ok: true } | { readonly ok: false; readonly retrySeconds: number } {
    const now = this.nowMs();
    this.taken = this.taken.filter((at) => now - at < 60_000);
    if (this.taken.length >= this.perMinute) {
      return { ok: false, retrySeconds: Math.max(1, Math.ceil((60_000 - (now - this.taken[0])) / 1000)) };
    }
    this.taken = [...this.taken, now];
    return { ok: true };
  }
}
