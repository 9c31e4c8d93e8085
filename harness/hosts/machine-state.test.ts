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
  write('sys/class/thermal/thermal_zone0/temp', '41000\n');
  write('sys/class/thermal/thermal_zone1/temp', '55500\n');
  write('sys/devices/system/cpu/cpu0/cpufreq/scaling_governor', 'powersave\n');
  const stop = watchMachine(root);
  write('proc/stat', 'cpu  50 0 0 120 0 0 0 30\n');
  write('sys/class/thermal/thermal_zone0/temp', '61000\n');
  expect(stop()).toMatchObject({
    stolen: 0.2,
    temperature: { beforeC: 55.5, afterC: 61 },
    governor: 'powersave',
  });
});

test('says nothing where the system does not', () => {
  expect(watchMachine(root)()).toMatchObject({ stolen: null, temperature: null, governor: null });
});
