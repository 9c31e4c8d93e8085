/** Which adapters this machine offers, and what a child process needs to open one of them by name. */
import { didYouMean } from '../nearest.ts';
import type { AdapterChoice } from './choice.ts';
import {
  adapterWords,
  merge,
  Survey,
  thisMachine,
  userNamed,
  type AdapterSurvey,
  type FoundAdapter,
  type Machine,
} from './survey.ts';

export type Resolved =
  | { readonly ok: true; readonly choice: AdapterChoice; readonly adapter: FoundAdapter }
  /** unknown: no such word, a mistake in the call. unavailable: this machine lacks it. */
  | { readonly ok: false; readonly reason: 'unknown' | 'unavailable'; readonly message: string };

const answersTo = (adapter: FoundAdapter, name: string) => {
  const { vendor, architecture, device, description } = adapter.device;
  return `${adapter.device.name}\n${vendor}\n${architecture}\n${device}\n${description}`
    .toLowerCase()
    .includes(name.toLowerCase());
};

/** Every adapter of this machine, GPUs first, and what each driver without one said. */
export async function listAdapterChoices(machine: Machine = thisMachine()): Promise<AdapterSurvey> {
  const survey = new Survey(machine);
  const all = merge(
    await survey.ask(survey.systemSources()),
    await survey.askBundled(),
    await survey.ask(survey.browserSources()),
  );
  const gpus = await survey.fastestFirst(all.found.filter((adapter) => adapter.word === 'gpu'));
  return { found: [...gpus, ...all.found.filter((adapter) => adapter.word !== 'gpu')], missing: all.missing };
}

function why(survey: AdapterSurvey): string {
  return survey.missing.map(({ source, problem }) => `${source}: ${problem}`).join('; ');
}

const take = (adapter: FoundAdapter): Resolved => ({ ok: true, choice: adapter.choice, adapter });
const unavailable = (message: string): Resolved => ({ ok: false, reason: 'unavailable', message });

/** The pinned, bundled driver is the same everywhere, so that it goes before an installed one that the user did not point at. */
async function resolveSwiftShader(survey: Survey, machine: Machine): Promise<Resolved> {
  const bundled = () => survey.askBundled();
  const system = () => survey.ask(survey.systemSources());
  const browsers = () => survey.ask(survey.browserSources());
  const order =
    userNamed(machine.env) === undefined ? [bundled, browsers, system] : [system, bundled, browsers];
  let all: AdapterSurvey = { found: [], missing: [] };
  for (const ask of order) {
    all = merge(all, await ask());
    const found = all.found.find((adapter) => adapter.word === 'swiftshader');
    if (found !== undefined) return take(found);
  }
  return unavailable(`no SwiftShader works here (${why(all)})`);
}

const isLavapipe = (adapter: FoundAdapter) => adapter.word === 'lavapipe';

async function resolveLavapipe(survey: Survey, machine: Machine): Promise<Resolved> {
  const sources = survey.systemSources();
  const likely = sources.filter((source) => /lvp|lavapipe/i.test(source.name));
  let answered = await survey.ask(likely);
  if (!answered.found.some(isLavapipe)) {
    const others = sources.filter((source) => !likely.includes(source));
    answered = merge(answered, await survey.ask(others));
  }
  const found = answered.found.find(isLavapipe);
  if (found !== undefined) return take(found);
  const refused = answered.missing.filter(({ source }) => likely.some(({ name }) => name === source));
  const state =
    refused.length === 0
      ? 'lavapipe is not installed here'
      : `lavapipe does not work here (${why({ found: [], missing: refused })})`;
  return unavailable(`${state}; ${machine.lavapipeAdvice}`);
}

async function resolveGpu(survey: Survey, system: AdapterSurvey): Promise<Resolved> {
  const gpus = await survey.fastestFirst(system.found.filter((adapter) => adapter.word === 'gpu'));
  const first = gpus[0];
  if (first !== undefined) return take(first);
  const drivers = system.missing.length;
  return unavailable(
    `no hardware GPU was found here (${drivers} driver${drivers === 1 ? '' : 's'} answered without one); ask for --adapter auto to use a software adapter`,
  );
}

/**
 * What a child process needs for the adapter `name`: `auto` (a hardware GPU, else installed lavapipe, else SwiftShader), one of the
 * other words, or a part of a device's name, vendor or description.
 */
export async function resolveAdapter(name: string, machine: Machine = thisMachine()): Promise<Resolved> {
  const survey = new Survey(machine);
  const word = name.trim().toLowerCase();
  if (word === 'swiftshader') return resolveSwiftShader(survey, machine);
  if (word === 'lavapipe') return resolveLavapipe(survey, machine);
  const system = await survey.ask(survey.systemSources());
  const gpu = await resolveGpu(survey, system);
  if (word === 'gpu' || (word === 'auto' && gpu.ok)) return gpu;
  if (word === 'auto') {
    const lavapipe = system.found.find(isLavapipe);
    if (lavapipe !== undefined) return take(lavapipe);
    const swiftShader = await resolveSwiftShader(survey, machine);
    if (swiftShader.ok) return swiftShader;
    return unavailable(`no adapter works here: ${swiftShader.message}; or ${machine.lavapipeAdvice}`);
  }
  const all = word === '' ? system : merge(system, await survey.askBundled());
  const match = word === '' ? undefined : all.found.find((adapter) => answersTo(adapter, word));
  if (match !== undefined) return take(match);
  const words = [
    ...adapterWords,
    ...new Set(all.found.flatMap(({ word, device }) => (word === 'gpu' ? [device.vendor, device.name] : []))),
  ];
  const hint = didYouMean(name, words) || `; there are ${words.join(', ')}`;
  return { ok: false, reason: 'unknown', message: `unknown adapter '${name}'${hint}` };
}
