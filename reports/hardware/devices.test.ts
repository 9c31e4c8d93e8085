import { describe, expect, test } from 'vitest';
import type { DeviceFacts } from '../testing/devices.ts';
import { deviceHeader } from '../testing/devices.ts';
import { devicesOf, runLabels } from './devices.ts';

const labelsOf = (...facts: readonly DeviceFacts[]): readonly string[] =>
  devicesOf(facts.map(deviceHeader)).map(({ label }) => label);

describe('the name of a device', () => {
  test('is that of its adapter, as long as no other has it', () => {
    expect(labelsOf({ name: 'lavapipe' }, { name: 'swiftshader' })).toEqual(['lavapipe', 'swiftshader']);
  });

  test('says what tells devices of one name apart, the others keep theirs', () => {
    expect(
      labelsOf(
        { name: 'lavapipe' },
        { name: 'lavapipe', host: { name: 'chromium', runtime: 'Chrome 143.0.1.2' } },
        { name: 'Apple M3' },
      ),
    ).toEqual(['lavapipe in Node', 'lavapipe in Chromium', 'Apple M3']);
    const cpus = ['AMD EPYC', 'Intel Xeon'].map((cpu) => ({ name: 'lavapipe', host: { cpu } }));
    expect(labelsOf(...cpus)).toEqual(['lavapipe on AMD EPYC, 2 cores', 'lavapipe on Intel Xeon, 2 cores']);
    const systems = ['Debian GNU/Linux 12, Linux 6.1', 'Windows 11'].map((os) => ({
      name: 'RTX',
      host: { os },
    }));
    expect(labelsOf(...systems)).toEqual(['RTX under Linux', 'RTX under Windows']);
    const drivers = ['550.1', '560.2'].map((description) => ({ name: 'RTX', adapter: { description } }));
    expect(labelsOf(...drivers)).toEqual(['RTX with 550.1', 'RTX with 560.2']);
    const versions = ['0.6.2', '0.7.0'].map((webgpu) => ({ name: 'RTX', host: { webgpu } }));
    expect(labelsOf(...versions)).toEqual(['RTX version 0.6.2', 'RTX version 0.7.0']);
  });

  test('is short, and different even where two begin alike', () => {
    const long = 'a driver of many words '.repeat(6);
    const labels = labelsOf(
      { name: 'RTX', adapter: { description: `${long}1` } },
      { name: 'RTX', adapter: { description: `${long}2` } },
    );
    expect(labels[1]).toBe(`${labels[0]} (2)`);
    expect(labels[0].length).toBeLessThanOrEqual(60);
    expect(labelsOf({ name: '' }, { name: 'b' })[0]).toBe('a nameless adapter');
  });
});

test('what does not tell its processor is of no hardware where several could be meant', () => {
  const devices = devicesOf([
    deviceHeader({ name: 'RTX', host: { cpu: 'not told by the browser', name: 'chromium' } }),
    deviceHeader({ name: 'RTX', host: { cpu: 'one' } }),
    deviceHeader({ name: 'RTX', host: { cpu: 'another' } }),
  ]);
  expect(devices.map(({ hardware, isAssumed }) => [hardware, isAssumed])).toEqual([
    [0, true],
    [1, false],
    [2, false],
  ]);
});

test('systems are told by their kind', () => {
  const systems = [
    'Linux; Android 15; K',
    'iPhone; CPU iPhone OS 18_0 like Mac OS X',
    'Macintosh; Intel Mac OS X 10_15_7',
    'X11; Linux x86_64',
  ].map((os) => ({ name: 'GPU', host: { os } }));
  expect(labelsOf(...systems)).toEqual([
    'GPU under Android',
    'GPU under iOS',
    'GPU under macOS',
    'GPU under Linux',
  ]);
});

test('updates of the system and of Node leave a device what it is', () => {
  const [device, ...others] = devicesOf([
    deviceHeader({ name: 'RTX', host: { os: 'Debian, Linux 6.1.1', runtime: 'v20.19.0' } }),
    deviceHeader({ name: 'RTX', host: { os: 'Debian, Linux 6.1.2', runtime: 'v22.0.0' } }),
  ]);
  expect(device.runs).toEqual([0, 1]);
  expect(others).toEqual([]);
});

test('one adapter under several implementations is one piece of hardware', () => {
  const devices = devicesOf([
    deviceHeader({ name: 'lavapipe', adapter: { vendor: 'mesa' } }),
    deviceHeader({ name: 'swiftshader' }),
    // A browser may keep the vendor to itself.
    deviceHeader({
      name: 'lavapipe',
      adapter: { vendor: '' },
      host: { name: 'firefox', runtime: 'Firefox 140', cpu: 'not told by the browser' },
    }),
    deviceHeader({
      name: 'lavapipe',
      adapter: { vendor: 'mesa' },
      host: { cpu: 'another machine', cores: 16 },
    }),
  ]);
  expect(devices.map(({ hardware, implementation }) => [hardware, implementation])).toEqual([
    [0, 'Dawn in Node'],
    [1, 'Dawn in Node'],
    [0, 'Firefox'],
    [3, 'Dawn in Node'],
  ]);
  expect(devices.map(({ label }) => label)).toEqual([
    'lavapipe in Node on synthetic, 2 cores',
    'swiftshader',
    'lavapipe in Firefox with 2 cores',
    'lavapipe in Node on another machine, 16 cores',
  ]);
});

test('runs of one device are told apart by their day, else by their place', () => {
  const labels = (...days: readonly string[]): readonly string[] => {
    const headers = days.map((startedAt) => deviceHeader({ name: 'RTX', header: { startedAt } }));
    return runLabels(headers, devicesOf(headers));
  };
  expect(labels('2026-01-02T03:04:05Z')).toEqual(['RTX']);
  expect(labels('2026-01-02T03:04:05Z', '2026-01-03T03:04:05Z')).toEqual([
    'RTX, 2026-01-02',
    'RTX, 2026-01-03',
  ]);
  expect(labels('2026-01-02T03:04:05Z', '2026-01-02T06:04:05Z')).toEqual(['RTX, run 1', 'RTX, run 2']);
});
