/** What `--lan` adds: a certificate, one port for both schemes, names and addresses. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lanAddresses, ownNames, urlOf } from './addresses.ts';
import { Arrivals } from './arrivals.ts';
import { selfSigned } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { intakeLimits, patienceLimits } from './limits.ts';
import { Rate } from './rate.ts';
import type { RunningServer } from './server.ts';
import { startServer } from './server.ts';
import { ask, say } from './testing/asking.ts';

describe('one port for both schemes', () => {
  let folder: string;
  let server: RunningServer;
  let certificate: Certificate;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'attnbench-lan-'));
    certificate = selfSigned(['localhost', '127.0.0.1', '::1']);
    server = await startServer({
      files: new Map([['index.html', { type: 'text/html', bytes: new TextEncoder().encode('the page') }]]),
      port: 0,
      lan: certificate,
      names: ['desk', 'desk.local'],
      arrivals: new Arrivals(folder, intakeLimits),
      limits: intakeLimits,
      patience: { ...patienceLimits, headMs: 200 },
      arrived: () => undefined,
    });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  test('https gives the page, by the certificate that was made for it', async () => {
    const { port } = server;
    expect(await ask({ port, secure: true })).toMatchObject({ status: 200, text: 'the page' });
    const shown = await new Promise<string>((resolve, reject) => {
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
        socket.destroy();
      });
      socket.on('error', reject);
    });
    expect(shown).toBe(certificate.fingerprint);
  });

  test('who trusts the certificate sees the host in it', async () => {
    const { port } = server;
    const trusted = await new Promise<boolean>((resolve, reject) => {
      const socket = connectTls({ port, host: '127.0.0.1', ca: certificate.tls.cert }, () => {
        resolve(socket.authorized);
        socket.destroy();
      });
      socket.on('error', reject);
    });
    expect(trusted).toBe(true);
  });

  test('plain http is sent to https, and nowhere else', async () => {
    const { port } = server;
    const own = await ask({ port, headers: { host: `desk:${port}` } });
    expect(own).toMatchObject({ status: 307, headers: { location: `https://desk:${port}/` } });
    const other = await ask({ port, headers: { host: 'evil.example' } });
    expect(other.status).toBe(421);
    expect(other.headers['location']).toBeUndefined();
  });

  test('who says nothing, or noise, is hung up on', async () => {
    const { port } = server;
    await Promise.all(['', '\x16\x03\x01', 'GET'].map((words) => say(port, words)));
    expect((await ask({ port, secure: true })).status).toBe(200);
  });
});

test('a certificate holds the names and addresses it was made for, and not for long', () => {
  const { tls } = selfSigned(
    ['localhost', 'desk.local', '192.168.1.2', 'fd00::2'],
    new Date('2026-05-01T00:00:00Z'),
  );
  const certificate = new X509Certificate(tls.cert);
  expect(certificate.subjectAltName).toBe(
    'DNS:localhost, DNS:desk.local, IP Address:192.168.1.2, IP Address:FD00:0:0:0:0:0:0:2',
  );
  expect(certificate.checkHost('desk.local')).toBe('desk.local');
  expect(certificate.checkIP('192.168.1.2')).toBe('192.168.1.2');
  expect(certificate.ca).toBe(false);
  expect(new Date(certificate.validTo)).toEqual(new Date('2026-07-30T00:00:00Z'));
  expect(selfSigned(['localhost']).fingerprint).not.toBe(selfSigned(['localhost']).fingerprint);
});

test('addresses that others can use, IPv4 first', () => {
  const at = (address: string, family: 'IPv4' | 'IPv6', internal = false) =>
    family === 'IPv4'
      ? { address, family, internal, netmask: '', mac: '', cidr: null }
      : { address, family, internal, netmask: '', mac: '', cidr: null, scopeid: 0 };
  expect(
    lanAddresses({
      lo: [at('127.0.0.1', 'IPv4', true), at('::1', 'IPv6', true)],
      eth0: [at('fd00::2', 'IPv6'), at('192.168.1.2', 'IPv4'), at('fe80::1', 'IPv6')],
      wlan0: [at('169.254.3.4', 'IPv4'), at('10.0.0.7', 'IPv4')],
      gone: undefined,
    }),
  ).toEqual(['192.168.1.2', '10.0.0.7', 'fd00::2']);
  expect(urlOf('https', 'fd00::2', 8787)).toBe('https://[fd00::2]:8787/');
});

test('names of this machine', () => {
  expect(ownNames('Desk')).toEqual(['desk', 'desk.local']);
  expect(ownNames('desk.example.org')).toEqual(['desk.example.org']);
  expect(ownNames('localhost')).toEqual([]);
});

test('so many a minute, and when the next may come', () => {
  let nowMs = 0;
  const rate = new Rate(2, () => nowMs);
  expect([rate.take(), rate.take()]).toEqual([{ ok: true }, { ok: true }]);
  nowMs = 20_000;
  expect(rate.take()).toEqual({ ok: false, retrySeconds: 40 });
  nowMs = 60_000;
  expect(rate.take()).toEqual({ ok: true });
});
