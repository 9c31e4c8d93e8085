/** The adapter that a browser offers. */
import { capsOf, describeAdapter } from '../../adapter.ts';
import { EnvironmentError } from '../../errors.ts';
import type { FoundAdapter } from '../../session-work.ts';

/** Why there is no WebGPU here; null where there is. */
export function missingWebGpu(): string | null {
  if ('gpu' in navigator) return null;
  return globalThis.isSecureContext
    ? 'this browser has no WebGPU'
    : 'browsers offer WebGPU to secure pages only: those of https and of localhost';
}

/** `name`: what records call it; null for what it says of itself. Throws EnvironmentError where the browser has none. */
export async function openPageAdapter(
  name: string | null = null,
  options: GPURequestAdapterOptions = { powerPreference: 'high-performance' },
): Promise<FoundAdapter> {
  const missing = missingWebGpu();
  if (missing !== null) throw new EnvironmentError(missing);
  const adapter = await navigator.gpu.requestAdapter(options);
  if (adapter === null) throw new EnvironmentError('the browser has WebGPU, and no adapter for it');
  const { device, description, architecture, vendor } = adapter.info;
  const ownName = description || device || [vendor, architecture].filter(Boolean).join(' ') || 'unknown';
  const info = describeAdapter(adapter, name ?? ownName);
  return { adapter, info: { ...info, ...wordsOfDawn(adapter.info) }, caps: capsOf(adapter) };
}

/**
 * Where Chromium says all it knows, `device` is a number, `description` the device and `driver` one more. Dawn for Node says the same
 * as `device`, as one word, and `description`, so that one adapter has the same record in both.
 */
function wordsOfDawn(info: GPUAdapterInfo): Partial<Pick<GPUAdapterInfo, 'device' | 'description'>> {
  const driver: unknown = Reflect.get(info, 'driver');
  return typeof driver === 'string' && driver !== ''
    ? { device: info.description.toLowerCase().replace(/[^a-z0-9]+/g, '-'), description: driver }
    : {};
}
