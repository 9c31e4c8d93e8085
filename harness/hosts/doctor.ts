/** Examines this machine for `attnbench doctor`. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  adviseOn,
  formatDiagnosis,
  type AdapterDiagnosis,
  type AdapterFindings,
  type Advice,
  type Diagnosis,
} from '../doctor.ts';
import { listAdapterChoices, resolveAdapter } from './adapters.ts';
import { choiceToEnv, type AdapterChoice } from './choice.ts';
import { withoutDawnNoise } from './dawn-noise.ts';
import { driverSearch } from './driver-search.ts';
import { hostFacts, measurementFlags, toolFacts } from './environment.ts';
import { thisMachine, type Machine } from './survey.ts';

const inspectTimeoutMs = 60_000;

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

function cpuTicks(): CpuTicks | null {
  try {
    return parseCpuTicks(readFileSync('/proc/stat', 'utf8'));
  } catch {
    return null;
  }
}

function stolenBetween(before: CpuTicks | null, after: CpuTicks | null): number | null {
  if (before === null || after === null || after.total <= before.total) return null;
  return (after.stolen - before.stolen) / (after.total - before.total);
}

/** Opens the adapter in a child process, which may crash or hang. Never rejects. */
function inspect(choice: AdapterChoice): Promise<AdapterDiagnosis['result']> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('inspect-child.ts', import.meta.url)), [], {
      execArgv: ['--import', import.meta.resolve('tsx')],
      env: { ...process.env, ...choiceToEnv(choice) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: inspectTimeoutMs,
      killSignal: 'SIGKILL',
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('message', (findings: AdapterFindings) => resolve({ ok: true, findings }));
    child.on('error', (error) => resolve({ ok: false, problem: error.message }));
    child.on('close', (code, signal) => {
      const said = withoutDawnNoise(stderr)
        .split('\n')
        .find((line) => /error/i.test(line))
        ?.trim();
      const ended = `its process ended (${signal ?? `exit code ${code}`})`;
      resolve({ ok: false, problem: said === undefined ? ended : `${ended}: ${said}` });
    });
  });
}

export interface DoctorReport extends Diagnosis {
  readonly advice: readonly Advice[];
}

/** Finds every adapter of this machine and measures each, one after the other. Takes a few seconds. */
export async function runDoctor(machine: Machine = thisMachine()): Promise<DoctorReport> {
  // Before the examination adds to it. Windows has none and says 0.
  const [perMinute] = process.platform === 'win32' ? [null] : loadavg();
  const before = cpuTicks();
  const survey = await listAdapterChoices(machine);
  const auto = await resolveAdapter('auto', machine);
  const adapters: AdapterDiagnosis[] = [];
  for (const { word, source, choice } of survey.found) {
    adapters.push({
      name: choice.name,
      word,
      source,
      flags: measurementFlags(choice),
      result: await inspect(choice),
    });
  }
  const diagnosis: Diagnosis = {
    tool: toolFacts(),
    host: hostFacts(),
    auto: auto.ok ? auto.choice.name : null,
    adapters,
    search: driverSearch(machine),
    without: survey.missing,
    load: { perMinute, stolen: stolenBetween(before, cpuTicks()) },
  };
  return { ...diagnosis, advice: adviseOn(diagnosis, machine.lavapipeAdvice) };
}

/** The report as lines of text; as JSON it is printed as it is. */
export function formatDoctor(report: DoctorReport): readonly string[] {
  return formatDiagnosis(report, report.advice);
}
