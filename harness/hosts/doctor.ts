/** Examines this machine for `attnbench doctor`. */
import {
  adviseOn,
  formatDiagnosis,
  type AdapterDiagnosis,
  type Advice,
  type BrowserDiagnosis,
  type Diagnosis,
} from '../doctor.ts';
import { EnvironmentError } from '../errors.ts';
import type { Noise } from '../gate/comparison.ts';
import { listAdapterChoices, resolveAdapter } from './adapters.ts';
import { browserAdapters } from './browser-adapter.ts';
import { findBrowser } from './browser.ts';
import type { AdapterChoice } from './choice.ts';
import { driverSearch } from './driver-search.ts';
import { hostFacts, measurementFlags, toolFacts } from './environment.ts';
import { inspect } from './inspect.ts';
import { watchMachine } from './machine-state.ts';
import { BrowserHost } from './session-host.ts';
import { thisMachine, type Machine } from './survey.ts';

export interface DoctorReport extends Diagnosis {
  readonly advice: readonly Advice[];
}

/** Opens the browser that `--host chromium` takes, as it would be opened for `--adapter auto`. */
async function examineBrowser(): Promise<BrowserDiagnosis> {
  const found = findBrowser({ prefer: 'bundled' });
  if (!found.ok) return { ok: false, problem: found.message };
  try {
    const host = new BrowserHost(found, await browserAdapters(found.kind, 'auto'));
    const session = await host.open({ number: 0, caseTimeoutSeconds: browserTimeoutSeconds });
    await session.close();
    const { adapter, clock, host: facts } = session.facts;
    return { ok: true, path: found.path, host: facts, adapter, clock };
  } catch (error) {
    if (error instanceof EnvironmentError) return { ok: false, problem: error.message };
    throw error;
  }
}

const browserTimeoutSeconds = 60;

/** Finds every adapter of this machine and measures each, one after the other. Takes some seconds for each. */
export async function runDoctor(
  probe: (choice: AdapterChoice) => Promise<Noise | null>,
  machine: Machine = thisMachine(),
): Promise<DoctorReport> {
  const stop = watchMachine();
  const survey = await listAdapterChoices(machine);
  const auto = await resolveAdapter('auto', machine);
  const adapters: AdapterDiagnosis[] = [];
  for (const { word, source, choice } of survey.found) {
    const inspected = await inspect(choice);
    adapters.push({
      name: choice.name,
      word,
      source,
      flags: measurementFlags(choice),
      result: inspected.ok
        ? { ok: true, findings: { ...inspected.findings, noise: await probe(choice) } }
        : inspected,
    });
  }
  const { cores: _cores, ...load } = stop();
  const diagnosis: Diagnosis = {
    tool: toolFacts(),
    host: hostFacts(),
    auto: auto.ok ? auto.choice.name : null,
    adapters,
    browser: await examineBrowser(),
    search: driverSearch(machine),
    without: survey.missing,
    load,
  };
  return { ...diagnosis, advice: adviseOn(diagnosis, machine.lavapipeAdvice) };
}

/** The report as lines of text; as JSON it is printed as it is. */
export function formatDoctor(report: DoctorReport): readonly string[] {
  return formatDiagnosis(report, report.advice);
}
