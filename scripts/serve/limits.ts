/** What the server takes in at most. */

export interface IntakeLimits {
  readonly bodyBytes: number;
  readonly lineBytes: number;
  readonly cases: number;
  /** Posts of all pages together. */
  readonly postsPerMinute: number;
  /** Bodies that are read at the same time: what they hold in memory is this many times `bodyBytes`. */
  readonly bodiesAtOnce: number;
  /** Of everything that pages have sent into the folder, earlier servers' included. */
  readonly folders: number;
  readonly diskBytes: number;
}

/** The longest suite on a fast GPU makes about 5 MB. */
export const intakeLimits: IntakeLimits = {
  bodyBytes: 32 * 2 ** 20,
  lineBytes: 2 ** 20,
  cases: 5000,
  postsPerMinute: 30,
  bodiesAtOnce: 4,
  folders: 1000,
  diskBytes: 2 ** 30,
};

/** How long a connection may take. */
export interface PatienceLimits {
  /** Until the TLS handshake and the head of a request are there. */
  readonly headMs: number;
  /** Until a request is whole. */
  readonly requestMs: number;
  readonly connections: number;
}

export const patienceLimits: PatienceLimits = { headMs: 10_000, requestMs: 120_000, connections: 256 };
