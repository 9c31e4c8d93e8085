/** Where a Linux machine keeps its Vulkan drivers: manifests (ICD files) that the Vulkan loader reads. */
import { readdirSync, realpathSync } from 'node:fs';
import { homedir, constants as os } from 'node:os';
import { join } from 'node:path';

function list(value: string | undefined, otherwise: string): readonly string[] {
  return (value || otherwise).split(':').filter((part) => part !== '');
}

/** Folders that containers, clusters and packagers use, and that no loader searches: each holds `icd.d`. */
function unusualFolders(env: NodeJS.ProcessEnv): readonly string[] {
  const driverRoot = env['NVIDIA_DRIVER_ROOT'] || '/run/nvidia/driver';
  return [
    '/usr/local/nvidia/vulkan',
    '/usr/local/nvidia/share/vulkan',
    '/opt/nvidia/share/vulkan',
    ...['etc', 'usr/share'].map((base) => join(driverRoot, base, 'vulkan')),
    '/opt/amdgpu/share/vulkan',
    '/opt/amdgpu/etc/vulkan',
    '/opt/amdgpu-pro/etc/vulkan',
    '/var/lib/snapd/lib/vulkan',
    '/usr/lib/x86_64-linux-gnu/GL/vulkan',
    ...(env['CONDA_PREFIX'] ? [join(env['CONDA_PREFIX'], 'share', 'vulkan')] : []),
  ];
}

/** The folders that the Vulkan loader searches, in its order, and where others put manifests. */
export function icdFolders(
  env: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): readonly string[] {
  const bases = [
    env['XDG_CONFIG_HOME'] || join(home, '.config'),
    ...list(env['XDG_CONFIG_DIRS'], '/etc/xdg'),
    '/usr/local/etc',
    '/etc',
    env['XDG_DATA_HOME'] || join(home, '.local', 'share'),
    ...list(env['XDG_DATA_DIRS'], '/usr/local/share:/usr/share'),
    // NixOS, Guix
    '/run/opengl-driver/share',
    '/run/current-system/profile/share',
  ];
  const vulkan = [...bases.map((base) => join(base, 'vulkan')), ...unusualFolders(env)];
  return [...new Set(vulkan)].map((base) => join(base, 'icd.d'));
}

/** Manifests of SwiftShader that come with installed browsers, which no loader finds by itself. */
const browserManifests = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/opt/google/chrome'];

export function manifestsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The manifests in these folders, each once even where folders are links to each other. */
export function icdFiles(folders: readonly string[] = icdFolders()): readonly string[] {
  const byTarget = new Map<string, string>();
  for (const file of folders.flatMap(manifestsIn)) {
    try {
      const target = realpathSync(file);
      if (!byTarget.has(target)) byTarget.set(target, file);
    } catch {
      // A dangling link.
    }
  }
  return [...byTarget.values()];
}

/** Manifests of an installed browser's SwiftShader. */
export function browserIcdFiles(): readonly string[] {
  return browserManifests.flatMap(manifestsIn).filter((file) => file.endsWith('vk_swiftshader_icd.json'));
}

/**
 * Whether the dynamic linker finds a Vulkan loader. Node's own dlopen answers that as a side effect: a library that exists fails
 * differently (it is no Node module) from one that does not.
 */
export function hasSystemLoader(): boolean {
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1', os.dlopen.RTLD_LAZY);
    return true;
  } catch (error) {
    return error instanceof Error && error.message.includes('did not self-register');
  }
}
