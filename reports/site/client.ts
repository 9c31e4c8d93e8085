/** The page that measures in whatever browser it is opened: what it shows, and what follows from what. */
import { EnvironmentError } from '../../harness/errors.ts';
import { packs } from '../../harness/hosts/page/bundled-packs.ts';
import { missingWebGpu } from '../../harness/hosts/page/page-adapter.ts';
import { pageKernels } from '../../harness/hosts/page/page-kernels.ts';
import type { DeviceSession } from '../../harness/hosts/session.ts';
import type { CaseRecord, Peaks, RunHeader } from '../../harness/record.ts';
import type { EngineEvent } from '../../harness/sweep-engine.ts';
import type { FigureView } from '../figures.ts';
import { byId, element } from '../html/dom.ts';
import type { Theme } from '../palette.ts';
import { hostFactsOf } from './browser.ts';
import type { Wish } from './choice-view.ts';
import { ChoiceView } from './choice-view.ts';
import { contents } from './contents.ts';
import { adapterTitle, deviceFacts, deviceNotes } from './device-words.ts';
import { KeptView } from './kept-view.ts';
import { casesLeft, Measuring } from './measuring.ts';
import { choicesOf, planSuites, remainingSeconds } from './plan.ts';
import type { SitePlan } from './plan.ts';
import { ProgressView } from './progress-view.ts';
import { ResultView, sentWords } from './result-view.ts';
import { download, send } from './run-file.ts';
import { headerOf, keptPeaks, refusalToGoOn } from './run-header.ts';
import type { KeptRun } from './store.ts';
import { RunStore } from './store.ts';
import { stayAwake } from './wake.ts';
import { openWorkerSession } from './worker-session.ts';

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const theme = (): Theme => (dark.matches ? 'dark' : 'light');

/** Where the page's own server takes runs in; null on any other host. */
const intake = document.querySelector('meta[name="attnbench-intake"]')?.getAttribute('content') ?? null;

const host = hostFactsOf(navigator);
const kernels = pageKernels(packs, new URL('memory:/'));
const choices = choicesOf(contents.suites);

const open = (number: number): Promise<DeviceSession> =>
  openWorkerSession({
    script: contents.worker,
    host,
    number,
    caseTimeoutSeconds: contents.caseTimeoutSeconds,
  });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

class Site {
  private readonly choice = new ChoiceView(choices, intake !== null, (wish) => this.report(this.begin(wish)));
  private readonly progress = new ProgressView(() => this.measuring?.stop());
  private readonly result = new ResultView({
    download,
    send: intake === null ? null : (run) => this.report(this.send(run.header)),
    goOn: (run) => this.report(this.goOn(run.header)),
  });
  private readonly kept = new KeptView({
    show: (run) => {
      this.showResult(run);
      this.result.focus();
    },
    remove: (run) => this.report(this.remove(run)),
  });
  private readonly problem = byId('problem');
  private readonly plans = new Map<string, SitePlan>();
  private store: RunStore | null = null;
  private runs: readonly KeptRun[] = [];
  private session: DeviceSession | null = null;
  private measuring: Measuring | null = null;
  private isBusy = false;

  async start(): Promise<void> {
    dark.addEventListener('change', () => this.result.draw(theme()));
    this.store = await RunStore.open();
    this.runs = (await this.store?.list()) ?? [];
    this.kept.show(this.runs, true);
    try {
      const missing = missingWebGpu();
      if (missing !== null) throw new EnvironmentError(missing);
      this.session = await open(1);
    } catch (error) {
      byId('device-summary').textContent = 'Nothing can be measured here.';
      this.complain(whatToDo(messageOf(error)));
      return;
    }
    const { facts } = this.session;
    byId('device-summary').textContent = `${adapterTitle(facts)}, in ${host.runtime}`;
    byId('device-facts').append(
      ...deviceFacts(facts, `${host.runtime}, ${host.os}`).flatMap(([name, words]) => [
        element('dt', {}, name),
        element('dd', {}, words),
      ]),
    );
    const notes = deviceNotes(facts, globalThis.crossOriginIsolated);
    byId('device-notes').append(...notes.map((note) => element('li', {}, note)));
    byId('device-notes').hidden = notes.length === 0;
    byId('device-details').hidden = false;
    for (const { id, suites } of choices) {
      const plan = await planSuites(suites, contents.suites, kernels, facts.adapter.software);
      this.plans.set(plan.suite, plan);
      this.choice.estimate(id, {
        cases: plan.cases.length,
        seconds: [...plan.seconds.values()].reduce((total, seconds) => total + seconds, 0),
      });
    }
    this.choice.enabled = true;
    const [latest] = this.runs;
    if (latest !== undefined && latest.cases.length < latest.header.plannedCases.length)
      this.showResult(latest);
  }

  /** Nothing that goes wrong is silent. */
  private report(work: Promise<void>): void {
    work.catch((error: unknown) => this.complain(messageOf(error)));
  }

  private complain(message: string | null): void {
    this.problem.textContent = message ?? '';
    this.problem.hidden = message === null;
  }

  private planOf({ suite }: RunHeader): SitePlan | null {
    return this.plans.get(suite) ?? null;
  }

  private runOf({ runId }: RunHeader): KeptRun {
    const run = this.runs.find(({ header }) => header.runId === runId);
    if (run === undefined) throw new Error('that run is not kept any more');
    return run;
  }

  /** The run takes the place of what was kept of it, or comes first. */
  private keep(run: KeptRun): void {
    const others = this.runs.filter(({ header }) => header.runId !== run.header.runId);
    this.runs = [run, ...others];
    this.kept.show(this.runs, !this.isBusy);
  }

  private showResult(run: KeptRun): void {
    this.result.show(run, this.planOf(run.header), theme());
  }

  private async remove(run: KeptRun): Promise<void> {
    await this.store?.remove(run.header.runId);
    this.runs = this.runs.filter((one) => one !== run);
    this.kept.show(this.runs, true);
    this.result.hide();
  }

  /** A device that was found on opening the page serves its first run. */
  private async sessionNumbered(number: number): Promise<DeviceSession> {
    const { session } = this;
    this.session = null;
    if (session !== null && session.number === number) return session;
    await session?.close();
    return open(number);
  }

  private busy(busy: boolean): void {
    this.isBusy = busy;
    this.choice.enabled = !busy;
    byId('measure').hidden = busy;
    this.kept.show(this.runs, !busy);
  }

  private async begin({ choice, peaks: wantsPeaks, send: sends }: Wish): Promise<void> {
    const plan = this.plans.get(choice.suites.join('+'));
    if (plan === undefined) return;
    this.complain(null);
    this.busy(true);
    this.result.hide();
    this.progress.show();
    try {
      let session = await this.sessionNumbered(1);
      const { facts } = session;
      let peaks: Peaks | null = null;
      if (wantsPeaks) {
        peaks = keptPeaks(this.runs, facts, contents) ?? (await this.measurePeaks(session));
        // A worker that could not say has ended, or knows too little to go on.
        if (peaks === null) session = await open(1);
      }
      const runId = crypto.randomUUID();
      const header = headerOf({ plan, facts, peaks, contents, runId, now: new Date() });
      await this.store?.begin(header);
      this.keep({ header, cases: [], sent: null });
      await this.measure(header, plan, session, sends);
    } catch (error) {
      this.progress.hide();
      throw error;
    } finally {
      this.busy(false);
    }
  }

  private async measurePeaks(session: DeviceSession): Promise<Peaks | null> {
    this.progress.phase('Measuring what the adapter can do at most: half a minute, once');
    const reply = await session.peaks();
    if (reply.kind === 'peaks' && !('kind' in reply.result)) return reply.result;
    await session.close();
    const why =
      reply.kind === 'timeout'
        ? 'no answer'
        : reply.kind === 'peaks' && 'message' in reply.result
          ? reply.result.message
          : 'message' in reply
            ? reply.message
            : '';
    this.complain(
      `What the adapter can do at most could not be measured (${why}): no case is held against it.`,
    );
    return null;
  }

  private async goOn(header: RunHeader): Promise<void> {
    this.complain(null);
    this.busy(true);
    try {
      const run = this.runOf(header);
      const session = await this.sessionNumbered(
        1 + Math.max(0, ...run.cases.map((record) => record.session)),
      );
      const plan = this.planOf(header);
      const refusal = refusalToGoOn(run, plan, session.facts, contents);
      if (plan === null || refusal !== null) {
        this.session = session;
        this.complain(refusal);
        return;
      }
      this.result.hide();
      this.progress.show();
      await this.measure(header, plan, session, false);
    } catch (error) {
      this.progress.hide();
      throw error;
    } finally {
      this.busy(false);
    }
  }

  private async measure(
    header: RunHeader,
    plan: SitePlan,
    first: DeviceSession,
    sends: boolean,
  ): Promise<void> {
    const watch = stayAwake();
    const ids = [...new Set(plan.cases.map(({ kernel }) => kernel))];
    const left = casesLeft(plan, this.runOf(header)).map(({ id }) => id);
    const before = plan.cases.length - left.length;
    const measured: string[] = [];
    let elapsedSeconds = 0;
    const append = (record: CaseRecord): void => {
      const run = this.runOf(header);
      this.keep({ ...run, cases: [...run.cases, record] });
      this.store?.append(header.runId, record).catch((error: unknown) => {
        this.complain(
          `This browser could not keep a case (${messageOf(error)}): download the result before you close the page.`,
        );
      });
    };
    const notify = (event: EngineEvent): void => {
      if (event.kind === 'started') {
        const seconds = remainingSeconds(plan, left.slice(event.index), measured, elapsedSeconds);
        this.progress.started(event.id, before + event.index, plan.cases.length, seconds);
      } else if (event.kind === 'finished') {
        measured.push(event.record.id);
        elapsedSeconds += event.seconds;
        // Now nothing is being measured, so that drawing takes time from nothing.
        this.progress.finished(this.runOf(header), event.record, ids, this.view(ids));
      } else if (event.kind === 'retrying') this.progress.retrying(event.id);
    };
    this.measuring = new Measuring({ plan, run: this.runOf(header), first, open, append, notify });
    const ending = await this.measuring.ended;
    this.measuring = null;
    const wasHidden = watch.end();
    this.progress.hide();
    this.showResult(this.runOf(header));
    this.result.focus();
    if (ending.kind === 'broken') this.complain(whatToDo(ending.message));
    else if (wasHidden) {
      this.complain(
        'The page was out of sight for part of the run, where browsers slow pages down: its times may be off.',
      );
    }
    if (ending.kind === 'finished' && sends) await this.send(header);
  }

  private async send(header: RunHeader): Promise<void> {
    if (intake === null) return;
    this.result.say('Sending …');
    const run = this.runOf(header);
    const outcome = await send(run, intake);
    if (outcome.kind !== 'sent') {
      this.result.say(outcome.message);
      return;
    }
    this.keep({ ...run, sent: outcome.sent });
    this.result.say(sentWords(outcome.sent));
    await this.store?.markSent(header, outcome.sent);
  }

  private view(ids: readonly string[]): FigureView {
    return {
      kernels: ids,
      theme: theme(),
      xScale: 'logarithmic',
      yScale: 'logarithmic',
      font,
      fontSize: window.innerWidth < 560 ? 11 : 12,
      standalone: null,
    };
  }
}

/** What stands in the way, and what its reader can do about it. */
function whatToDo(message: string): string {
  const advice: readonly (readonly [RegExp, string])[] = [
    [
      /has no WebGPU/,
      'open this page in a current Chrome, Edge, Safari or Firefox; on Linux, Chrome needs chrome://flags/#enable-unsafe-webgpu',
    ],
    [/secure pages only/, 'open this page by https, or on the machine that serves it by http://localhost'],
    [
      /no adapter for it/,
      "switch on graphics acceleration in the browser's settings, update the graphics driver, and start the browser anew",
    ],
  ];
  const found = advice.find(([pattern]) => pattern.test(message));
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  return found === undefined ? `${sentence}.` : `${sentence}: ${found[1]}.`;
}

const site = new Site();
site.start().catch((error: unknown) => {
  byId('problem').textContent = messageOf(error);
  byId('problem').hidden = false;
});
