import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchMachine } from './machine-state.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'attnbench-machine-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('compares the machine before and after', () => {
  write('proc/stat', 'cpu  10 0 0 80 0 0 0 10\n');
  write('proc/self/stat', '7 (a) b) R 1 7 7 0 -1 0 0 0 0 0 2 1 3 1 20 0 11\n');
  write('sys/class/thermal/thermal_zone0/temp', '41000\n');
  write('sys/class/thermal/thermal_zone1/temp', '55500\n');
  write('sys/devices/system/cpu/cpu0/cpufreq/scaling_governor', 'powersave\n');
  const stop = watchMachine(root);
  write('proc/stat', 'cpu  50 0 0 120 0 0 0 30\n');
  write('proc/self/stat', '7 (a) b) R 1 7 7 0 -1 0 0 0 0 0 4 2 9 2 20 0 11\n');
  write('sys/class/thermal/thermal_zone0/temp', '61000\n');
  expect(stop()).toMatchObject({
    // 40 of 100 ticks, less the 10 that were this process's and its children's.
    others: 0.3,
    stolen: 0.2,
    temperature: { beforeC: 55.5, afterC: 61 },
    governor: 'powersave',
  });
});

test('says nothing where the system does not', () => {
  expect(watchMachine(root)()).toMatchObject({
    others: null,
    stolen: null,
    temperature: null,
    governor: null,
  });
});
