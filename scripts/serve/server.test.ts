/** The server against whoever wants it to write elsewhere, run something, or stop. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readRun } from '../../harness/hosts/run-folder.ts';
import type { Run } from '../../harness/record.ts';
import { analyse } from '../../reports/analysis.ts';
import { renderPage } from '../../reports/html/page.ts';
import { hostileRun } from '../../reports/testing/hostile.ts';
import { scalingRun } from '../../reports/testing/records.ts';
import { Arrivals } from './arrivals.ts';
import type { IntakeLimits, PatienceLimits } from './limits.ts';
import { intakeLimits, patienceLimits } from './limits.ts';
import type { Arrival, RunningServer } from './server.ts';
import { startServer } from './server.ts';
import type { Answered } from './testing/asking.ts';
import { ask, post, say } from './testing/asking.ts';

/** What is around the folder of runs, to see that nothing is written there. */
let root: string;
let out: string;
let server: RunningServer;
let arrivals: Arrival[];

async function start(
  limits: Partial<IntakeLimits> = {},
  patience: Partial<PatienceLimits> = {},
): Promise<number> {
  const allLimits = { ...intakeLimits, ...limits };
  server = await startServer({
    files: new Map([
      [
        'index.html',
        { type: 'text/html; charset=utf-8', bytes: new TextEncoder().encode('<p>the page</p>') },
      ],
    ]),
    port: 0,
    lan: null,
    names: [],
    arrivals: new Arrivals(out, allLimits),
    limits: allLimits,
    patience: { ...patienceLimits, ...patience },
    arrived: (arrival) => arrivals.push(arrival),
  });
  return server.port;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'attnbench-serve-'));
  out = join(root, 'outer', 'runs');
  mkdirSync(out, { recursive: true });
  arrivals = [];
});
afterEach(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

/** A run as a page sends it: its header plans what it holds. */
function planned({ header, cases }: Run): Run {
  return { header: { ...header, plannedCases: cases.map(({ id }) => id) }, cases };
}
const textOf = ({ header, cases }: Run): string =>
  [header, ...cases].map((line) => `${JSON.stringify(line)}\n`).join('');
const run = planned(scalingRun([128, 256]));
const text = textOf(run);

const written = (): readonly string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));

/** A thousand requests, or megabytes of records, on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

const freshFolder = /^page-\d{4}-\d\d-\d\d-\d{6}-[0-9a-f]{8}$/;

/** Nothing but whole runs in folders that the server named. */
function expectOnlyRuns(count: number): void {
  const files = written();
  expect(files).toHaveLength(count);
  for (const file of files) {
    const parts = file.split('/');
    expect(parts.slice(0, 2)).toEqual(['outer', 'runs']);
    expect(parts[2]).toMatch(freshFolder);
    expect(parts.slice(3)).toEqual(['records.jsonl']);
  }
}

const expectUp = async (port: number): Promise<void> => {
  expect(await ask({ port })).toMatchObject({ status: 200, text: '<p>the page</p>' });
};

describe('what it gives out', () => {
  test('is the page, isolated from other origins, and nothing else', async () => {
    const port = await start();
    const { status, headers } = await ask({ port });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(await ask({ port, method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    await expectUp(port);
  });

  test.each([
    '/../../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//etc/passwd',
    '/index.html/../../secret',
    '/..\\..\\secret',
    '/index.html%00.txt',
    '/runs/../secret',
    'http://localhost/etc/passwd',
    `/${'a/'.repeat(4000)}`,
  ])('no file of the machine: %s', async (path) => {
    writeFileSync(join(root, 'secret'), 'a secret');
    const port = await start();
    const answer = await say(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain('a secret');
    await expectUp(port);
  });

  test.each([
    ['PUT', '/', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['DELETE', '/', 'GET, HEAD'],
    ['GET', '/runs', 'POST'],
    ['OPTIONS', '/runs', 'POST'],
    ['PUT', '/runs', 'POST'],
  ])('%s %s is no method for it', async (method, path, allow) => {
    const port = await start();
    expect(await ask({ port, method, path })).toMatchObject({ status: 405, headers: { allow } });
    expectOnlyRuns(0);
  });
});

describe('a run that arrives', () => {
  test('becomes a new folder that reads as what was sent, as often as it is sent', async () => {
    const port = await start();
    const first = await post(port, text);
    const second = await post(port, text);
    expect([first.status, second.status]).toEqual([201, 201]);
    expectOnlyRuns(2);
    expect(arrivals.map(({ folder }) => readRun(folder).run)).toEqual([run, run]);
    expect(JSON.parse(first.text)).toEqual({ folder: arrivals[0].folder });
    expect(arrivals[0].folder).not.toBe(arrivals[1].folder);
  });

  test('with script in every string is text, and text in its report', async () => {
    const port = await start();
    const attack = `</script><script>alert(1)</script><img src=x onerror="alert(2)">`;
    const { header, cases } = hostileRun(attack);
    const { kernelFiles: _refused, ...rest } = header;
    const hostile = planned({ header: rest, cases });
    expect((await post(port, textOf(hostile))).status).toBe(201);
    const stored = readRun(arrivals[0].folder).run;
    expect(stored).toEqual(hostile);
    const page = await renderPage(analyse([stored]));
    expect(page).not.toContain(attack);
    expect(page).not.toContain('<img');
    expect(page).toContain('\\u003cscript>alert(1)');
    expectOnlyRuns(1);
  });

  test.each([
    '../../../outer',
    '/etc/cron.d/attnbench',
    '..\\..\\outer',
    'C:\\Windows\\run',
    'nul\0byte',
    'a'.repeat(5000),
    '.',
    '',
    '-rf',
    '\u202egnp.exe',
  ])('is named by the server, whatever it calls itself: %j', async (name) => {
    const port = await start();
    const tricky: Run = { ...run, header: { ...run.header, runId: name, suite: name } };
    expect((await post(port, textOf(tricky))).status).toBe(201);
    expect(readRun(arrivals[0].folder).run.header.runId).toBe(name);
    expectOnlyRuns(1);
  });

  test('keeps what the schema knows and nothing more', async () => {
    const port = await start();
    const [head, ...rest] = text.split('\n');
    const more = head.replace(/^{/, '{"__proto__":{"polluted":true},"constructor":1,"extra":"x",');
    expect((await post(port, [more, ...rest].join('\n'))).status).toBe(201);
    expect(readRun(arrivals[0].folder).run).toEqual(run);
    expect(readFileSync(join(arrivals[0].folder, 'records.jsonl'), 'utf8')).not.toMatch(/polluted|extra/);
    expect('polluted' in {}).toBe(false);
  });
});

describe('what is no run is refused with a sentence, and nothing is written', () => {
  const [head, first, second] = text.split('\n');
  const changed = (line: string, from: string | RegExp, to: string): string => {
    const other = line.replace(from, to);
    expect(other).not.toBe(line);
    return other;
  };
  const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
  const bodies: readonly (readonly [string, () => string | Uint8Array, string])[] = [
    ['nothing', () => '', 'holds no complete run header'],
    ['words', () => 'hello\n', 'line 1 is not JSON'],
    ['a list', () => '[]\n', 'line 1 is not a JSON object'],
    ['null', () => 'null\n', 'line 1 is not a JSON object'],
    ['depth without end', () => lines('['.repeat(500_000)), 'line 1 is not JSON'],
    ['a case without a header', () => lines(first), 'line 1 is no run header'],
    ['a header alone', () => lines(head), 'holds no case'],
    ['a newer version', () => lines(changed(head, 'attnbench/1', 'attnbench/9'), first), 'update attnbench'],
    ['a number as text', () => lines(changed(head, '"cores":2', '"cores":"2"'), first), 'field host.cores'],
    ['text as a number', () => lines(changed(head, /"runId":"[^"]*"/, '"runId":7'), first), 'field runId'],
    ['no number', () => lines(head, changed(first, /"gpuNs":\[[\d.]+/, '"gpuNs":[null')), 'field gpuNs.0'],
    ['a negative time', () => lines(head, changed(first, '"gpuNs":[', '"gpuNs":[-1,')), 'field gpuNs.0'],
    ['an infinite time', () => lines(head, changed(first, '"gpuNs":[', '"gpuNs":[1e999,')), 'field gpuNs.0'],
    [
      'an unknown status',
      () => lines(head, changed(first, '"status":"ok"', '"status":"fine"')),
      'field status',
    ],
    [
      'a list as parameters',
      () => lines(head, changed(first, /"params":\{[^}]*\}/, '"params":[]')),
      'field params',
    ],
    ['a case twice', () => lines(head, first, first), 'holds a case twice'],
    ['two headers', () => lines(head, head, first), 'line 2'],
    [
      'a case that was not planned',
      () => lines(head, changed(first, /"id":"[^"]*"/, '"id":"other"')),
      'did not plan',
    ],
    ['a line cut off', () => `${lines(head, first)}${second.slice(0, 50)}`, 'is cut off'],
    [
      'files of kernels',
      () => lines(changed(head, /^{/, '{"kernelFiles":{"evil":"../../../../etc/passwd"},'), first),
      'names kernel files',
    ],
    ['bytes that are no text', () => Buffer.from([0x7b, 0xff, 0xfe, 0x0a]), 'is not UTF-8 text'],
    ['a line of 2 MB', () => lines(head, first, `"${'x'.repeat(2 * 2 ** 20)}"`), 'line 3 is longer than'],
    [
      'ten thousand cases',
      () => {
        const ids = Array.from({ length: 10_000 }, (_, index) => `case ${index}`);
        const header = { ...run.header, plannedCases: ids };
        return textOf({ header, cases: ids.map((id) => ({ ...run.cases[0], id })) });
      },
      'holds more than 5000 cases',
    ],
  ];
  test.each(bodies)('%s', async (_, body, words) => {
    const port = await start();
    const answer = await post(port, body());
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.text).error).toContain(words);
    expectOnlyRuns(0);
    await expectUp(port);
  });
});

describe('who may send', () => {
  test.each([
    ['another site', { origin: 'https://evil.example' }, 403],
    ['another port of this machine', { origin: 'http://localhost:1' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['no browser at all', { origin: undefined }, 403],
    ['a form of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another site that took our name', { host: 'evil.example', origin: 'http://evil.example' }, 421],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a simple request', { 'content-type': 'text/plain' }, 415],
    ['something compressed', { 'content-encoding': 'gzip' }, 415],
  ])('not %s', async (_, headers, status) => {
    const port = await start();
    const answer = await post(port, text, headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text).error).toMatch(/^\S.* .*\S$/);
    expectOnlyRuns(0);
    await expectUp(port);
  });

  test('the page at any address of this machine', async () => {
    const port = await start();
    for (const host of [
      `localhost:${port}`,
      `127.0.0.1:${port}`,
      `[::1]:${port}`,
      '192.168.1.2:9000',
      'LOCALHOST',
    ]) {
      expect((await post(port, text, { host, origin: `http://${host.toLowerCase()}` })).status).toBe(201);
    }
  });

  test('the page is not given to another name that points here either', async () => {
    const port = await start();
    expect((await ask({ port, headers: { host: `evil.example:${port}` } })).status).toBe(421);
  });
});

describe('too much', () => {
  const large = Buffer.alloc(50 * 2 ** 20, 'x');

  test.each([false, true])('a body of 50 MB, without its length in the head: %s', async (chunked) => {
    const port = await start();
    const answer = await ask({
      port,
      path: '/runs',
      body: large,
      chunked,
      headers: {
        origin: `http://localhost:${port}`,
        host: `localhost:${port}`,
        'content-type': 'application/x-ndjson',
      },
    });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text).error).toBe('a run may have 32 MiB at most');
    expectOnlyRuns(0);
    await expectUp(port);
  });

  test('a thousand quick posts: as many as a minute may have, and it stays up', async () => {
    const port = await start({ postsPerMinute: 20 });
    const answers: Answered[] = [];
    for (let round = 0; round < 50; round++) {
      answers.push(...(await Promise.all(Array.from({ length: 20 }, () => post(port, text)))));
    }
    const byStatus = (status: number) => answers.filter((answer) => answer.status === status);
    expect(answers).toHaveLength(1000);
    expect(byStatus(201)).toHaveLength(20);
    expect(byStatus(201).length + byStatus(429).length + byStatus(503).length).toBe(1000);
    expect(Number(byStatus(429)[0].headers['retry-after'])).toBeGreaterThan(0);
    expectOnlyRuns(20);
    await expectUp(port);
  });

  test('more bodies at the same time than it has memory for', async () => {
    const port = await start({ bodiesAtOnce: 1 });
    const head = [
      'POST /runs HTTP/1.1',
      `Host: localhost:${port}`,
      `Origin: http://localhost:${port}`,
      'Content-Type: application/x-ndjson',
      `Content-Length: ${Buffer.byteLength(text)}`,
    ].join('\r\n');
    const slow = connect(port, '127.0.0.1');
    const answered = new Promise<string>((resolve) => slow.once('data', (data) => resolve(String(data))));
    // Once its first bytes are answered for, the server is reading it.
    slow.write(`${head}\r\nExpect: 100-continue\r\n\r\n`);
    expect(await answered).toContain('100 Continue');
    expect((await post(port, text)).status).toBe(503);
    slow.destroy();
    await expect.poll(async () => (await post(port, text)).status).toBe(201);
    expectOnlyRuns(1);
  });

  test('more than the folder may hold, earlier runs counted', async () => {
    let port = await start({ folders: 2 });
    expect((await post(port, text)).status).toBe(201);
    await server.close();
    port = await start({ folders: 2 });
    expect((await post(port, text)).status).toBe(201);
    const answer = await post(port, text);
    expect(answer.status).toBe(507);
    expect(JSON.parse(answer.text).error).toContain('move some out');
    expectOnlyRuns(2);
  });

  test('more bytes than the folder may hold', async () => {
    const port = await start({ diskBytes: text.length * 1.5 });
    expect([(await post(port, text)).status, (await post(port, text)).status]).toEqual([201, 507]);
    expectOnlyRuns(1);
  });

  test('a folder that is gone is an answer, and no end', async () => {
    const port = await start();
    rmSync(out, { recursive: true });
    writeFileSync(out, 'a file');
    const answer = await post(port, text);
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text).error).toContain('could not be written on the serving machine');
    await expectUp(port);
  });
});

describe('who never finishes', () => {
  test.each([
    ['a head', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
    [
      'a body',
      'POST /runs HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n{',
    ],
    ['anything', ''],
  ])('%s is hung up on, while others are served', async (_, beginning) => {
    const port = await start({ bodiesAtOnce: 100 }, { headMs: 500, requestMs: 1000 });
    const slow = Array.from({ length: 50 }, () => say(port, beginning));
    await expectUp(port);
    await Promise.all(slow);
    await expectUp(port);
    expectOnlyRuns(0);
  });

  test('a body whose sender goes away is forgotten', async () => {
    const port = await start({ bodiesAtOnce: 1 });
    const head = `POST /runs HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n`;
    const socket = connect(port, '127.0.0.1', () => socket.write(head, () => socket.destroy()));
    await new Promise((resolve) => socket.once('close', resolve));
    await expect.poll(async () => (await post(port, text)).status).toBe(201);
    expectOnlyRuns(1);
  });

  test('noise that is no HTTP', async () => {
    const port = await start();
    expect(await say(port, '\x16\x03\x01\x02\x00garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    await expectUp(port);
  });
});
