import { describe, expect, test } from 'vitest';
import {
  adviseOn,
  formatDiagnosis,
  type AdapterDiagnosis,
  type AdapterFindings,
  type Diagnosis,
  type DriverSearch,
} from './doctor.ts';
import { parseCpuTicks } from './hosts/machine-state.ts';
import { spreadOf } from './steadiness.ts';

const findings: AdapterFindings = {
  info: {
    name: 'NVIDIA H100',
    vendor: 'nvidia',
    architecture: 'hopper',
    device: 'h100',
    description: 'NVIDIA 580',
    software: false,
    features: ['shader-f16', 'timestamp-query'],
    limits: {
      maxStorageBufferBindingSize: 2 ** 31 - 4,
      maxBufferSize: 2 ** 32,
      maxComputeWorkgroupStorageSize: 49152,
      maxComputeInvocationsPerWorkgroup: 1024,
    },
    subgroupMinSize: 32,
    subgroupMaxSize: 32,
  },
  clock: { source: 'timestamp-query', tickNs: 32, overheadNs: 1500, quantised: false, monotonic: true },
  compiler: { loopVariablesReinitialised: true },
  steadiness: {
    runs: 20,
    gpu: { medianNs: 2e6, relativeQuartileRange: 0.001 },
    wall: { medianNs: 2.1e6, relativeQuartileRange: 0.2 },
    cpu: null,
  },
  noise: {
    processes: 4,
    seconds: 5.2,
    sampleNs: 2e6,
    drift: 0.001,
    autocorrelation: 0.02,
    pairSpread: 0.004,
    sessionSpread: 0.0007,
    detectable: 0.0006,
    of: { sessions: 10, pairs: 50 },
    tickShare: 1.6e-5,
  },
};

const adapter = (word: string, change: Partial<AdapterFindings> = {}): AdapterDiagnosis => ({
  name: word === 'gpu' ? 'NVIDIA H100' : word,
  word,
  source: `/icd/${word}.json`,
  flags: [],
  result: { ok: true, findings: { ...findings, ...change } },
});

const perfect: Diagnosis = {
  tool: { version: '1.0.0', commit: 'abc' },
  host: {
    name: 'node',
    runtime: 'v20',
    webgpu: '0.6.2',
    os: 'Debian',
    cpu: 'EPYC',
    cores: 4,
    memoryBytes: 2 ** 34,
  },
  auto: 'NVIDIA H100',
  adapters: [adapter('gpu'), adapter('lavapipe'), adapter('swiftshader')],
  browser: {
    ok: true,
    path: '/usr/bin/chromium',
    host: {
      name: 'chromium',
      runtime: 'Chrome 143',
      webgpu: 'Dawn chromium/7499',
      os: '',
      cpu: '',
      cores: 4,
      memoryBytes: 1,
    },
    adapter: findings.info,
    clock: findings.clock,
  },
  search: null,
  without: [],
  load: { perMinute: 0.1, others: 0.01, stolen: 0, temperature: null, governor: null },
};

const whats = (diagnosis: Diagnosis) => adviseOn(diagnosis, 'install it').map(({ what }) => what);

describe('adviseOn', () => {
  test('has nothing to say of a perfect machine', () => {
    expect(whats(perfect)).toEqual([]);
  });

  test('names what is missing and how to get it', () => {
    expect(whats({ ...perfect, adapters: [], browser: { ok: false, problem: 'none is installed' } })).toEqual(
      [
        'no hardware GPU',
        'no lavapipe, the software adapter with shader-f16',
        'no SwiftShader, the software adapter of last resort',
        'no browser with WebGPU: none is installed',
      ],
    );
    expect(
      adviseOn({ ...perfect, adapters: [adapter('gpu'), adapter('swiftshader')] }, 'install it'),
    ).toEqual([{ what: 'no lavapipe, the software adapter with shader-f16', how: 'install it' }]);
  });

  test.each<[string, Partial<AdapterFindings>, RegExp]>([
    ['no timestamps', { clock: { ...findings.clock, source: 'wall' } }, /no timestamps/],
    ['a coarse clock', { clock: { ...findings.clock, quantised: true, tickNs: 65536 } }, /step by 65536 ns/],
    ['a clock that runs backwards', { clock: { ...findings.clock, monotonic: false } }, /runs backwards/],
    ['no f16', { info: { ...findings.info, features: [] } }, /no shader-f16/],
    [
      'a faulty compiler',
      { compiler: { loopVariablesReinitialised: false } },
      /declared without a value inside a loop/,
    ],
    [
      'an unsteady machine',
      { steadiness: { ...findings.steadiness, gpu: { medianNs: 1, relativeQuartileRange: 0.12 } } },
      /varies by 12\.0 %/,
    ],
    [
      'unsteady wall time where there is nothing better',
      { steadiness: { ...findings.steadiness, gpu: null } },
      /varies by 20\.0 %/,
    ],
  ])('notices %s', (_, change, said) => {
    const advice = whats({ ...perfect, adapters: [adapter('gpu', change), ...perfect.adapters.slice(1)] });
    expect(advice).toHaveLength(1);
    expect(advice[0]).toMatch(said);
  });

  test('notices a busy machine and a greedy hypervisor', () => {
    expect(whats({ ...perfect, load: { ...perfect.load, others: 0.3, stolen: 0.04 } })).toEqual([
      'other programs take 30.0 % of the CPU (wanted at most 10.0 %)',
      'the hypervisor gives 4.0 % of the CPU to others (wanted at most 1.0 %)',
    ]);
    expect(
      whats({ ...perfect, load: { ...perfect.load, perMinute: null, others: null, stolen: null } }),
    ).toEqual([]);
  });
});

test('formatDiagnosis reads as a page', () => {
  const broken: AdapterDiagnosis = { ...adapter('lavapipe'), result: { ok: false, problem: 'it crashed' } };
  const diagnosis: Diagnosis = {
    ...perfect,
    adapters: [adapter('gpu'), broken],
    without: [
      { source: '/icd/a.json', problem: 'no device' },
      { source: '/icd/b.json', problem: 'no device' },
    ],
  };
  expect(formatDiagnosis(diagnosis, [{ what: 'this', how: 'that' }]).join('\n')).toMatchInlineSnapshot(`
    "attnbench 1.0.0 (abc), node v20, webgpu 0.6.2
    Debian; EPYC, 4 cores, 16 GiB; load 0.10, 1.0 % of the CPU taken by other programs, 0.0 % of the CPU stolen by the hypervisor

    adapters
      NVIDIA H100  <- auto
        driver    /icd/gpu.json
        device    NVIDIA 580 (nvidia)
        features  shader-f16, timestamp-query
        limits    binding 2 GiB, buffer 4 GiB, workgroup memory 48 KiB, 1024 threads a workgroup, subgroups of 32 to 32
        clock     timestamp-query, tick 32 ns, an empty pass reads 1.5 µs
        compiler  loop variables are re-initialised
        steady    20 runs of a fixed kernel: GPU 2 ms (middle half within 0.1 %), wall 2.1 ms (middle half within 20.0 %)
        noise     a fixed kernel held against itself in 4 processes, 5.2 s, samples of 2 ms, drift 0.1 %, correlation of neighbours 0.02, pairs vary by 0.4 %, a comparison sees 0.1 % at best
      lavapipe
        driver    /icd/lavapipe.json
        problem   it crashed

    browser, for --host chromium
      program   /usr/bin/chromium
      runtime   Chrome 143, webgpu Dawn chromium/7499
      adapter   NVIDIA 580 (NVIDIA H100)
      clock     timestamp-query, tick 32 ns, an empty pass reads 1.5 µs

    drivers without a device
      no device: /icd/a.json, /icd/b.json

    what could be better
      this: that"
  `);
});

test('formatDiagnosis says where drivers were looked for, and what lay there', () => {
  const search: DriverSearch = {
    loader: '/cache/loader/libvulkan.so.1',
    named: 'VK_DRIVER_FILES=/mine.json',
    manifests: [
      { folder: '/etc/vulkan/icd.d', count: 0 },
      { folder: '/usr/share/vulkan/icd.d', count: 2 },
    ],
    libraries: [{ library: '/opt/libGLX_nvidia.so.0', manifest: '/cache/libGLX_nvidia_icd.json' }],
    libraryFolders: ['/opt', '/usr/lib'],
  };
  const linesOf = (change: Partial<DriverSearch>) => {
    const lines = formatDiagnosis({ ...perfect, search: { ...search, ...change } }, []);
    return lines.slice(lines.indexOf('where drivers were looked for') + 1);
  };
  expect(linesOf({})).toEqual([
    '  loader    /cache/loader/libvulkan.so.1',
    '  named     VK_DRIVER_FILES=/mine.json: no other driver is used',
    '  manifests /usr/share/vulkan/icd.d (2)',
    '            nothing in /etc/vulkan/icd.d',
    '  libraries /opt/libGLX_nvidia.so.0, manifest written: /cache/libGLX_nvidia_icd.json',
  ]);
  expect(linesOf({ loader: null, libraries: [] })).toEqual(
    expect.arrayContaining([
      '  loader    no libvulkan.so.1: no driver can be opened',
      '  libraries libGLX_nvidia.so.0, libEGL_nvidia.so.0: not in /opt, /usr/lib',
    ]),
  );
});

describe('parseCpuTicks', () => {
  test('adds up all CPUs and leaves guest time out', () => {
    const text = 'cpu  10 1 2 100 3 0 1 7 50 60\ncpu0 5 1 1 50 1 0 0 3 25 30\nintr 1\n';
    expect(parseCpuTicks(text)).toEqual({ total: 124, busy: 14, stolen: 7 });
  });

  test('knows when it cannot tell', () => {
    expect(parseCpuTicks('cpu 1 2 3 4\n')).toBeNull();
    expect(parseCpuTicks('')).toBeNull();
  });
});

test('spreadOf relates the middle half to the median', () => {
  expect(spreadOf([90, 95, 100, 105, 110])).toEqual({ medianNs: 100, relativeQuartileRange: 0.1 });
  expect(spreadOf([])).toBeNull();
  expect(spreadOf([0, 0])).toBeNull();
});
