import { expect, test } from 'vitest';
import { EnvironmentError } from '../../harness/errors.ts';
import type { DeviceSession, SessionCase } from '../../harness/hosts/session.ts';
import { resolveParams } from '../../harness/params.ts';
import type { CaseRecord, Run } from '../../harness/record.ts';
import { defaultPolicy } from '../../harness/sampling.ts';
import type { EngineEvent, SessionOutcome } from '../../harness/sweep-engine.ts';
import { oneNumberKernel } from '../../harness/testing/kernels/one.ts';
import { header, okCase, params } from '../testing/records.ts';
import { casesLeft, Measuring } from './measuring.ts';
import type { SitePlan } from './plan.ts';

const kernel = oneNumberKernel('none');
const plan: SitePlan = {
  suite: 'quick',
  kernels: new Map([['steady', { id: 'steady', kernel, folder: new URL('memory:/kernels/steady/') }]]),
  cases: [1, 2, 4].map((n) => ({
    id: `quick/steady:n=${n}`,
    suite: 'quick',
    kernel: 'steady',
    params: resolveParams(kernel.axes, { n }),
    sampling: defaultPolicy,
  })),
  seconds: new Map(),
};

const recordOf = ({ request }: SessionCase): CaseRecord => ({
  ...okCase('copy', params({ n: request.params.n })),
  id: request.id,
});
const run = (cases: readonly CaseRecord[] = []): Run => ({ header: header(), cases });

const unasked = (): never => {
  throw new Error('nothing else is asked of it');
};
const closed: number[] = [];
const session = (
  number: number,
  measure: (request: SessionCase) => Promise<SessionOutcome> = async (request) => ({
    kind: 'record',
    record: recordOf(request),
  }),
): DeviceSession => ({
  number,
  get facts() {
    return unasked();
  },
  measure,
  verify: unasked,
  tune: unasked,
  compare: unasked,
  peaks: unasked,
  program: unasked,
  planPair: unasked,
  pair: unasked,
  close: async () => void closed.push(number),
});

function start(
  first: DeviceSession,
  earlier: Run,
  open: (number: number) => Promise<DeviceSession> = unasked,
) {
  const ids: string[] = [];
  const events: EngineEvent['kind'][] = [];
  const measuring = new Measuring({
    plan,
    run: earlier,
    first,
    open,
    append: ({ id }) => ids.push(id),
    notify: ({ kind }) => events.push(kind),
  });
  return { measuring, ids, events };
}

test('what a run has already is not measured again', async () => {
  const earlier = run([{ ...okCase('copy', params({ n: 2 })), id: 'quick/steady:n=2' }]);
  expect(casesLeft(plan, earlier).map(({ id }) => id)).toEqual(['quick/steady:n=1', 'quick/steady:n=4']);
  const { measuring, ids } = start(session(1), earlier);
  expect(await measuring.ended).toEqual({ kind: 'finished' });
  expect(ids).toEqual(['quick/steady:n=1', 'quick/steady:n=4']);
});

test('a stop ends the worker in the middle of its case, which is not measured then', async () => {
  closed.length = 0;
  let reached: () => void = unasked;
  const inTheMiddle = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const endless = session(7, async (request) => {
    if (request.request.params.n === 1) return { kind: 'record', record: recordOf(request) };
    reached();
    return new Promise<never>(() => undefined);
  });
  const { measuring, ids } = start(endless, run());
  await inTheMiddle;
  measuring.stop();
  expect(await measuring.ended).toEqual({ kind: 'stopped' });
  expect(ids).toEqual(['quick/steady:n=1']);
  expect(closed).toEqual([7]);
});

test('a worker that ended is followed by one of the next number, and a stop reaches that too', async () => {
  const lost = session(3, async () => ({ kind: 'lost', message: 'gone' }));
  const opened: number[] = [];
  const { measuring, ids, events } = start(lost, run(), async (number) => {
    opened.push(number);
    return session(number);
  });
  expect(await measuring.ended).toEqual({ kind: 'finished' });
  expect(opened).toEqual([4]);
  expect(ids).toHaveLength(3);
  expect(events.slice(0, 3)).toEqual(['started', 'retrying', 'finished']);

  const waiting = start(lost, run(), () => new Promise<never>(() => undefined));
  await expect.poll(() => waiting.events).toContain('retrying');
  waiting.measuring.stop();
  expect(await waiting.measuring.ended).toEqual({ kind: 'stopped' });
});

test('where no worker opens any more it ends with the reason', async () => {
  const lost = session(1, async () => ({ kind: 'lost', message: 'gone' }));
  const { measuring } = start(lost, run(), () => Promise.reject(new EnvironmentError('no adapter')));
  expect(await measuring.ended).toEqual({ kind: 'broken', message: 'no adapter' });
});
