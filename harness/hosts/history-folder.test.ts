import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commitName, environment, pinnedPoints, point } from '../testing/history.ts';
import { addAcceptance, addPoints, environmentId, readHistory } from './history-folder.ts';

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'attnbench-history-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

const points = pinnedPoints([0, 0, 0.1]);
const acceptance = {
  schema: 'attnbench-history/1',
  kind: 'acceptance',
  target: 'flash',
  commit: commitName(3),
  note: 'meant',
} as const;

test('adding twice adds once', () => {
  const id = environmentId(environment);
  expect(addPoints(work, environment, points)).toEqual({ environment: id, added: 3, known: 0 });
  const file = join(work, id, 'flash.jsonl');
  const text = readFileSync(file, 'utf8');
  expect(addPoints(work, environment, points)).toEqual({ environment: id, added: 0, known: 3 });
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(readHistory(work)).toEqual({
    environments: [{ id, environment, points }],
    acceptances: [],
    complaints: [],
  });
  expect([addAcceptance(work, acceptance), addAcceptance(work, acceptance)]).toEqual([true, false]);
  expect(readHistory(work).acceptances).toEqual([acceptance]);
});

test('an environment and a kernel have files of their own, whatever the kernel is called', () => {
  const other = { ...environment, host: { ...environment.host, cpu: 'another cpu' } };
  addPoints(work, environment, [
    points[0],
    point(1, { base: 'a', head: 'b', logRatio: 0, kernel: '../../out' }),
  ]);
  addPoints(work, other, [points[0]]);
  const id = environmentId(environment);
  expect(readdirSync(work).sort()).toEqual(['.gitattributes', id, environmentId(other)].sort());
  expect(readdirSync(join(work, id)).sort()).toEqual(
    ['%2e%2e%2f%2e%2e%2fout.jsonl', 'environment.json', 'flash.jsonl'].sort(),
  );
  expect(
    readHistory(work)
      .environments.map((one) => one.points.length)
      .sort(),
  ).toEqual([1, 2]);
});

test('a line cut off by a crash stays alone: what is added after it is whole', () => {
  addPoints(work, environment, [points[0]]);
  const id = environmentId(environment);
  const file = join(work, id, 'flash.jsonl');
  appendFileSync(file, '{"schema":"attnbench-history/1","ki');
  addPoints(work, environment, points);
  const history = readHistory(work);
  expect(history.environments[0].points).toEqual(points);
  expect(history.complaints).toEqual([`${file} line 2 is not JSON; it was left out: restore or delete it`]);
});

test('a damaged description costs the description alone, a newer one is refused', () => {
  addPoints(work, environment, points);
  const id = environmentId(environment);
  const file = join(work, id, 'environment.json');
  writeFileSync(file, '{');
  expect(readHistory(work)).toMatchObject({
    environments: [{ id, environment: null, points }],
    complaints: [`${file} cannot be read as JSON: restore it from git`],
  });
  writeFileSync(file, '{"schema":"attnbench-history/2"}');
  expect(() => readHistory(work)).toThrow(/^.*environment\.json was written as attnbench-history\/2 and/);
});

test('a folder that is not there is told', () => {
  expect(() => readHistory(join(work, 'none'))).toThrow(
    `there is no history in ${join(work, 'none')}: attnbench history add <folder of a comparison> begins one, --store names another`,
  );
});

test('two branches that add to the same files merge without a conflict, and read the same either way round', () => {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', work, '-c', 'user.name=x', '-c', 'user.email=x@x', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    });
  const store = join(work, 'history');
  const commit = (message: string): void => {
    git('add', '.');
    git('commit', '-qm', message);
  };
  git('init', '-qb', 'main');
  addPoints(store, environment, [points[0]]);
  commit('begin');
  git('checkout', '-qb', 'one');
  addPoints(store, environment, [points[1], points[2]]);
  addAcceptance(store, acceptance);
  commit('one');
  git('checkout', '-qb', 'two', 'main');
  addPoints(store, environment, [points[2]]);
  addAcceptance(store, { ...acceptance, target: 'naive' });
  commit('two');
  git('merge', '-q', '-m', 'two takes one', 'one');
  const twoTakesOne = readHistory(store);
  git('checkout', '-q', 'one');
  git('merge', '-q', '-m', 'one takes two', 'two~1');
  const oneTakesTwo = readHistory(store);
  expect(twoTakesOne.environments).toEqual([{ id: environmentId(environment), environment, points }]);
  expect(oneTakesTwo.environments).toEqual(twoTakesOne.environments);
  expect(twoTakesOne.complaints).toEqual([]);
  expect(twoTakesOne.acceptances.map(({ target }) => target).sort()).toEqual(['flash', 'naive']);
});
