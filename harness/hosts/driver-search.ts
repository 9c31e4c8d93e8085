/** Where this machine's Vulkan drivers were looked for, and what lay there. */
import type { DriverSearch } from '../doctor.ts';
import { icdFolders, manifestsIn } from './icd.ts';
import type { Machine } from './survey.ts';
import { userNamed } from './survey.ts';
import { libraryFolders } from './unlisted-drivers.ts';

export function driverSearch(machine: Machine): DriverSearch | null {
  if (machine.platform !== 'linux') return null;
  const named = userNamed(machine.env);
  const bundled = machine.bundledSwiftShader();
  return {
    loader: machine.hasSystemLoader()
      ? 'system'
      : bundled.ok
        ? `${bundled.loaderFolder}/libvulkan.so.1`
        : null,
    named: named === undefined ? null : `${named}=${machine.env[named] ?? ''}`,
    manifests: icdFolders(machine.env).map((folder) => ({ folder, count: manifestsIn(folder).length })),
    libraries: machine.unlistedDrivers().map(({ library, manifest }) => ({ library, manifest })),
    libraryFolders: libraryFolders(machine.env),
  };
}
