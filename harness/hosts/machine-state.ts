/** What Linux says of load, steal, temperature and frequency; null where it, or another system, says nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import type { MachineState } from '../noise.ts';

export interface CpuTicks {
  readonly total: number;
  readonly busy: number;
  readonly stolen: number;
}

/** All CPUs together, from the text of /proc/stat; null where it says nothing of steal. */
export function parseCpuTicks(procStat: string): CpuTicks | null {
  const fields = /^cpu +(.*)$/m.exec(procStat)?.[1]?.trim().split(/\s+/).map(Number);
  // user nice system idle iowait irq softirq steal; guest times, which follow, are counted in user already.
  if (fields === undefined || fields.length < 8 || fields.some(Number.isNaN)) return null;
  const total = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
  const [idle, waiting, stolen] = [fields[3], fields[4], fields[7]];
  return { total, busy: total - idle - waiting - stolen, stolen };
}

/** Of this process and of its children that have ended, from the text of /proc/self/stat; null where it says nothing. */
export function parseOwnTicks(procSelfStat: string): number | null {
  // After the program's name, which may hold anything, the twelfth to fifteenth field: utime stime cutime cstime.
  const fields = procSelfStat
    .slice(procSelfStat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  return fields.length < 4 || fields.some(Number.isNaN)
    ? null
    : fields.reduce((sum, ticks) => sum + ticks, 0);
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

function ownTicks(root: string): number | null {
  const text = textOf(`${root}/proc/self/stat`);
  return text === null ? null : parseOwnTicks(text);
}

interface Ticks {
  readonly all: CpuTicks | null;
  readonly own: number | null;
}

function sharesBetween(before: Ticks, after: Ticks): Pick<MachineState, 'others' | 'stolen'> {
  if (before.all === null || after.all === null || after.all.total <= before.all.total) {
    return { others: null, stolen: null };
  }
  const total = after.all.total - before.all.total;
  const stolen = (after.all.stolen - before.all.stolen) / total;
  if (before.own === null || after.own === null) return { others: null, stolen };
  const ofOthers = after.all.busy - before.all.busy - (after.own - before.own);
  return { others: Math.max(0, ofOthers / total), stolen };
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

/**
 * Looks at the machine now; the answer looks again, and says what went on in between. Children that run then and now count as others'. `root` is
 * for tests.
 */
export function watchMachine(root = ''): () => MachineState {
  // Before the examination adds to it. Windows has none and says 0.
  const [perMinute] = process.platform === 'win32' ? [null] : loadavg();
  const look = (): Ticks => ({ all: cpuTicks(root), own: ownTicks(root) });
  const before = look();
  const beforeC = hottestC(root);
  return () => {
    const afterC = hottestC(root);
    return {
      cores: availableParallelism(),
      perMinute,
      ...sharesBetween(before, look()),
      temperature: beforeC === null || afterC === null ? null : { beforeC, afterC },
      governor: textOf(`${root}/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor`),
    };
  };
}
