/** What Linux says of load, steal, temperature and frequency; null where it, or another system, says nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import type { MachineState } from '../noise.ts';

export interface CpuTicks {
  readonly total: number;
  readonly stolen: number;
}

/** All CPUs together, from the text of /proc/stat; null where it says nothing of steal. */
export function parseCpuTicks(procStat: string): CpuTicks | null {
  const fields = /^cpu +(.*)$/m.exec(procStat)?.[1]?.trim().split(/\s+/).map(Number);
  // user nice system idle iowait irq softirq steal; guest times, which follow, are counted in user already.
  if (fields === undefined || fields.length < 8 || fields.some(Number.isNaN)) return null;
  return { total: fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0), stolen: fields[7] };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function cpuTicks(root: string): CpuTicks | null {
  const text = textOf(`${root}/proc/stat`);
  return text === null ? null : parseCpuTicks(text);
}

function stolenBetween(before: CpuTicks | null, after: CpuTicks | null): number | null {
  if (before === null || after === null || after.total <= before.total) return null;
  return (after.stolen - before.stolen) / (after.total - before.total);
}

/** The hottest zone, in degrees. */
export function hottestC(root = ''): number | null {
  const zones = `${root}/sys/class/thermal`;
  let names: readonly string[];
  try {
    names = readdirSync(zones).filter((name) => name.startsWith('thermal_zone'));
  } catch {
    return null;
  }
  const milli = names.flatMap((name) => {
    const text = textOf(`${zones}/${name}/temp`);
    return text === null || !/^\d+$/.test(text) ? [] : [Number(text)];
  });
  return milli.length === 0 ? null : Math.max(...milli) / 1000;
}

/** Looks at the machine now; the answer looks again, and says what went on in between. `root` is for tests. */
export function watchMachine(root = ''): () => MachineState {
  // Before the examination adds to it. Windows has none and says 0.
  const [perMinute] = process.platform === 'win32' ? [null] : loadavg();
  const before = cpuTicks(root);
  const beforeC = hottestC(root);
  return () => {
    const afterC = hottestC(root);
    return {
      cores: availableParallelism(),
      perMinute,
      stolen: stolenBetween(before, cpuTicks(root)),
      temperature: beforeC === null || afterC === null ? null : { beforeC, afterC },
      governor: textOf(`${root}/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor`),
    };
  };
}
