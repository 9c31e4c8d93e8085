/** The Node host: Dawn runs inside this process, and so do the threads of a software adapter. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import type { Host } from '../host.ts';

const sleepCell = new Int32Array(new SharedArrayBuffer(4));
const longestSleepMs = 1;
/** Sleeping at most this part of the time waited so far keeps the lateness of an answer to a long wait below it. */
const sleepShare = 1 / 20;
/** The operating system wakes nobody up sooner. */
const shortestSleepMs = 0.05;

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/**
 * dawn.node looks for finished work once per turn of the event loop and keeps the loop turning, which burns the core that a software
 * adapter needs. Sleeping inside each turn gives it back: 1.4 times the speed on two cores. From the first turn on: a loop that turned for
 * one millisecond first kept one of two cores from the adapter for as long, and every sample of a millisecond read two.
 */
async function waitAsleep<T>(work: Promise<T>): Promise<T> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  work.then(settle, settle);
  const startMs = performance.now();
  for (;;) {
    await nextTurn();
    if (settled) return work;
    const sleepMs = (performance.now() - startMs) * sleepShare;
    Atomics.wait(sleepCell, 0, 0, Math.min(Math.max(sleepMs, shortestSleepMs), longestSleepMs));
  }
}

export const nodeHost: Host = {
  name: 'node',
  nowNs: () => Number(process.hrtime.bigint()),
  cpuNs() {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
  },
  wait: waitAsleep,
  loadText: (url) => readFile(url, 'utf8'),
  findText: async (url) => (existsSync(url) ? readFile(url, 'utf8') : null),
  sha256Hex: async (text) => createHash('sha256').update(text).digest('hex'),
  // A container's limit counts as well as the machine's.
  freeMemoryBytes: () => Math.min(freemem(), process.availableMemory()),
};
