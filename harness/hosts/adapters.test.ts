import { describe, expect, test } from 'vitest';
import { listAdapterChoices, resolveAdapter } from './adapters.ts';
import type { ProbedDevice } from './enumerate.ts';
import type { Machine } from './survey.ts';

const lavapipe: ProbedDevice = {
  backend: 'vulkan',
  name: 'llvmpipe (LLVM 15.0.6, 256 bits)',
  vendor: 'mesa',
  architecture: 'software',
  device: 'llvmpipe-llvm-15-0-6-256-bits-',
  description: 'llvmpipe: Mesa 25.0.7',
  isFallbackAdapter: true,
};
const swiftShader: ProbedDevice = {
  backend: 'vulkan',
  name: 'SwiftShader Device (Subzero)',
  vendor: 'google',
  architecture: 'swiftshader',
  device: 'swiftshader-device-subzero-',
  description: 'SwiftShader driver 5.0.0',
  isFallbackAdapter: true,
};
const hardware = (vendor: string, name: string): ProbedDevice => ({
  backend: 'vulkan',
  name,
  vendor,
  architecture: 'new',
  device: name.toLowerCase().replaceAll(' ', '-'),
  description: 'a driver',
  isFallbackAdapter: false,
});
const nvidia = hardware('nvidia', 'NVIDIA H100 80GB HBM3');
const intel = hardware('intel', 'Intel Arc A380');

const folder = '/usr/share/vulkan/icd.d';
const bundledFile = '/cache/driver/vk_swiftshader_icd.json';

/** A machine whose drivers, by manifest, offer these devices; a string is what a driver without a device says. */
function machine(
  drivers: Readonly<Record<string, readonly ProbedDevice[] | string>>,
  change: Partial<Machine> = {},
): Machine & { readonly asked: Readonly<Record<string, string>>[] } {
  const asked: Readonly<Record<string, string>>[] = [];
  return {
    asked,
    platform: 'linux',
    env: {},
    icdFiles: () => Object.keys(drivers).filter((file) => file.startsWith(folder)),
    browserIcdFiles: () => Object.keys(drivers).filter((file) => file.startsWith('/usr/lib/chromium')),
    unlistedDrivers: () => [],
    hasSystemLoader: () => true,
    bundledSwiftShader: () => ({
      ok: true,
      icdFile: bundledFile,
      loaderFolder: '/cache/loader',
      packageVersion: '1',
    }),
    async probe(env) {
      asked.push(env);
      const answer = drivers[env['VK_DRIVER_FILES'] ?? 'all'] ?? 'no device';
      return typeof answer === 'string'
        ? { devices: [], problem: answer }
        : { devices: answer, problem: null };
    },
    lavapipeAdvice: 'install mesa-vulkan-drivers',
    ...change,
  };
}

const lavapipeFile = `${folder}/lvp_icd.json`;
const withLavapipe = {
  [`${folder}/intel_icd.json`]: 'no device',
  [lavapipeFile]: [lavapipe],
  [bundledFile]: [swiftShader],
};
const bare = { [bundledFile]: [swiftShader] };

async function chosen(name: string, on: Machine) {
  const resolved = await resolveAdapter(name, on);
  if (!resolved.ok) throw new Error(resolved.message);
  return resolved;
}

async function refused(name: string, on: Machine) {
  const resolved = await resolveAdapter(name, on);
  if (resolved.ok) throw new Error(`resolved to ${resolved.choice.name}`);
  return resolved;
}

describe('a driver library without a manifest', () => {
  const manifest = '/cache/libGLX_nvidia_icd.json';
  const library = '/usr/local/nvidia/lib64/libGLX_nvidia.so.0';
  const drivers = { ...withLavapipe, [manifest]: [nvidia] };

  test("is opened by the one written for it, with its folder for the linker before the user's", async () => {
    const linkerFolder = '/usr/local/nvidia/lib64';
    const on = machine(drivers, {
      unlistedDrivers: () => [{ library, manifest, linkerFolder }],
      env: { LD_LIBRARY_PATH: '/opt/lib' },
    });
    const { choice, adapter } = await chosen('auto', on);
    expect(adapter.source).toBe(`${library}, by a manifest written for it`);
    expect(choice.env).toEqual({
      VK_DRIVER_FILES: manifest,
      VK_ICD_FILENAMES: manifest,
      LD_LIBRARY_PATH: '/usr/local/nvidia/lib64:/opt/lib',
    });
  });

  test("shares the linker's path with the bundled loader", async () => {
    const on = machine(drivers, {
      unlistedDrivers: () => [{ library, manifest, linkerFolder: '/driver' }],
      hasSystemLoader: () => false,
    });
    expect((await chosen('gpu', on)).choice.env['LD_LIBRARY_PATH']).toBe('/cache/loader:/driver');
  });

  test('adds nothing where the linker finds it', async () => {
    const on = machine(drivers, { unlistedDrivers: () => [{ library, manifest, linkerFolder: null }] });
    expect((await chosen('gpu', on)).choice.env).not.toHaveProperty('LD_LIBRARY_PATH');
  });

  test('gives no second adapter where a manifest names it already', async () => {
    const on = machine(
      { ...drivers, [`${folder}/nvidia_icd.json`]: [nvidia] },
      { unlistedDrivers: () => [{ library, manifest, linkerFolder: null }] },
    );
    const { found } = await listAdapterChoices(on);
    expect(found.filter(({ word }) => word === 'gpu').map(({ source }) => source)).toEqual([
      `${folder}/nvidia_icd.json`,
    ]);
  });
});

describe('auto', () => {
  test('prefers a hardware GPU to software that is listed before it', async () => {
    const on = machine({ ...withLavapipe, [`${folder}/nvidia_icd.json`]: [nvidia] });
    expect((await chosen('auto', on)).choice.name).toBe('NVIDIA H100 80GB HBM3');
  });

  test('is not misled by manifests of GPUs that are absent', async () => {
    const { choice, adapter } = await chosen('auto', machine(withLavapipe));
    expect(choice.name).toBe('lavapipe');
    expect(choice.env).toEqual({ VK_DRIVER_FILES: lavapipeFile, VK_ICD_FILENAMES: lavapipeFile });
    expect(adapter.source).toBe(lavapipeFile);
  });

  test('takes the bundled SwiftShader, with the bundled loader, where there is nothing', async () => {
    const { choice } = await chosen('auto', machine(bare, { hasSystemLoader: () => false }));
    expect(choice).toMatchObject({
      name: 'swiftshader',
      env: { VK_DRIVER_FILES: bundledFile, LD_LIBRARY_PATH: '/cache/loader' },
    });
  });

  test('lends the bundled loader to the system drivers too, before the folders the user set', async () => {
    const on = machine(withLavapipe, {
      hasSystemLoader: () => false,
      env: { LD_LIBRARY_PATH: '/opt/lib' },
    });
    const { choice } = await chosen('auto', on);
    expect(choice.name).toBe('lavapipe');
    expect(choice.env['LD_LIBRARY_PATH']).toBe('/cache/loader:/opt/lib');
  });

  test('leaves the loader alone where the system has one', async () => {
    expect((await chosen('auto', machine(bare))).choice.env).not.toHaveProperty('LD_LIBRARY_PATH');
  });

  test('survives a driver that crashes', async () => {
    const crash = { ...withLavapipe, [`${folder}/intel_icd.json`]: 'the driver ended the process (SIGSEGV)' };
    expect((await chosen('auto', machine(crash))).choice.name).toBe('lavapipe');
  });

  test('takes the faster of two GPUs, by the ranking of Dawn', async () => {
    const on = machine({
      [`${folder}/intel_icd.json`]: [intel],
      [`${folder}/nvidia_icd.json`]: [nvidia],
      all: [nvidia, intel],
    });
    expect((await chosen('auto', on)).choice.name).toBe('NVIDIA H100 80GB HBM3');
    expect((await chosen('gpu', on)).choice.name).toBe('NVIDIA H100 80GB HBM3');
  });

  test('asks the system where it keeps no manifests', async () => {
    const on = machine({ all: [hardware('apple', 'Apple M4')] }, { platform: 'darwin' });
    expect((await chosen('auto', on)).choice).toMatchObject({ name: 'Apple M4', env: {} });
  });

  test('says what was tried and what to install where nothing works', async () => {
    const on = machine({}, { bundledSwiftShader: () => ({ ok: false, message: 'it is not installed' }) });
    expect(await refused('auto', on)).toEqual({
      ok: false,
      reason: 'unavailable',
      message:
        'no adapter works here: no SwiftShader works here (bundled: it is not installed; system: no device); or install mesa-vulkan-drivers',
    });
  });
});

describe('by name', () => {
  test('lavapipe asks only its own driver', async () => {
    const on = machine(withLavapipe);
    expect((await chosen('lavapipe', on)).choice.name).toBe('lavapipe');
    expect(on.asked.map((env) => env['VK_DRIVER_FILES'])).toEqual([lavapipeFile]);
  });

  test('lavapipe is found under an unusual file name', async () => {
    const on = machine({ [`${folder}/cpu.json`]: [lavapipe] });
    expect((await chosen('lavapipe', on)).adapter.source).toBe(`${folder}/cpu.json`);
  });

  test('swiftshader asks the bundled driver only', async () => {
    const on = machine(withLavapipe);
    expect((await chosen('SwiftShader', on)).adapter.source).toBe('bundled');
    expect(on.asked).toHaveLength(1);
  });

  test("swiftshader falls back to an installed browser's", async () => {
    const file = '/usr/lib/chromium/vk_swiftshader_icd.json';
    const on = machine(
      { [file]: [swiftShader] },
      { bundledSwiftShader: () => ({ ok: false, message: 'no' }) },
    );
    expect((await chosen('swiftshader', on)).adapter.source).toBe(file);
  });

  test.each([
    ['nvidia', 'NVIDIA H100 80GB HBM3'],
    ['h100', 'NVIDIA H100 80GB HBM3'],
    ['arc a380', 'Intel Arc A380'],
    ['llvmpipe', 'lavapipe'],
    ['google', 'swiftshader'],
  ])('%s finds a device by a part of its name', async (name, device) => {
    const on = machine({
      ...withLavapipe,
      [`${folder}/n.json`]: [nvidia],
      [`${folder}/intel_icd.json`]: [intel],
    });
    expect((await chosen(name, on)).choice.name).toBe(device);
  });

  test('a missing GPU, lavapipe or word is told apart', async () => {
    expect(await refused('gpu', machine(withLavapipe))).toMatchObject({
      reason: 'unavailable',
      message:
        'no hardware GPU was found here (1 driver answered without one); ask for --adapter auto to use a software adapter',
    });
    expect(await refused('lavapipe', machine(bare))).toMatchObject({
      reason: 'unavailable',
      message: 'lavapipe is not installed here; install mesa-vulkan-drivers',
    });
    expect(await refused('lavapipe', machine({ [lavapipeFile]: 'no device: too old' }))).toMatchObject({
      message: `lavapipe does not work here (${lavapipeFile}: no device: too old); install mesa-vulkan-drivers`,
    });
    expect(await refused('lavapip', machine(bare))).toMatchObject({
      reason: 'unknown',
      message: "unknown adapter 'lavapip'; did you mean 'lavapipe'?",
    });
    const withGpu = machine({ [`${folder}/n.json`]: [nvidia] });
    expect((await refused('nvdia', withGpu)).message).toBe("unknown adapter 'nvdia'; did you mean 'nvidia'?");
    expect((await refused(' ', withGpu)).reason).toBe('unknown');
  });
});

describe('VK_DRIVER_FILES and VK_ICD_FILENAMES', () => {
  test.each(['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'])('%s keeps its say', async (variable) => {
    const on = machine(
      { all: [swiftShader], [lavapipeFile]: [lavapipe], [bundledFile]: [swiftShader] },
      { env: { [variable]: '/home/me/mine.json' } },
    );
    const { choice, adapter } = await chosen('auto', on);
    expect(adapter.source).toBe(variable);
    expect(choice).toMatchObject({ name: 'swiftshader', env: {} });
  });
});

const flagsOf = async (name: string) =>
  (await chosen(name, machine({ ...withLavapipe, [`${folder}/nvidia_icd.json`]: [nvidia] }))).choice
    .dawnFlags;

describe('dawnFlags', () => {
  test('ask for raw timestamps, and for f16 on NVIDIA', async () => {
    expect(await flagsOf('gpu')).toEqual([
      'adapter=NVIDIA H100 80GB HBM3',
      'enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia',
      'disable-dawn-features=timestamp_quantization',
    ]);
    expect(await flagsOf('lavapipe')).toEqual([
      'adapter=llvmpipe (LLVM 15.0.6, 256 bits)',
      'enable-dawn-features=allow_unsafe_apis',
      'disable-dawn-features=timestamp_quantization',
    ]);
  });

  test('spare SwiftShader the slow way to zero workgroup memory', async () => {
    expect(await flagsOf('swiftshader')).toContain(
      'disable-dawn-features=timestamp_quantization,use_vulkan_zero_initialize_workgroup_memory_extension',
    );
  });
});

test('listAdapterChoices gives GPUs first, each device once, and the reasons of the others', async () => {
  const on = machine({
    ...withLavapipe,
    [`${folder}/nvidia_icd.json`]: [nvidia],
    [`${folder}/nvidia_again.json`]: [nvidia],
  });
  const survey = await listAdapterChoices(on);
  expect(survey.found.map((one) => [one.word, one.choice.name])).toEqual([
    ['gpu', 'NVIDIA H100 80GB HBM3'],
    ['lavapipe', 'lavapipe'],
    ['swiftshader', 'swiftshader'],
  ]);
  expect(survey.missing).toEqual([{ source: `${folder}/intel_icd.json`, problem: 'no device' }]);
});
