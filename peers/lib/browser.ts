/** The part of a browser that these libraries look for before they use WebGPU. */
import type { PeerStage } from '../contract.ts';

/**
 * Puts a `navigator` into the global scope whose `gpu` gives out the harness's own adapter and device, whatever features and
 * limits are asked for: the device has all that the adapter can give and kernels may use.
 */
export function pretendBrowser({ device, adapter }: Pick<PeerStage, 'device' | 'adapter'>): void {
  const shared = new Proxy(adapter, {
    get(target, name) {
      if (name === 'requestDevice') return () => Promise.resolve(device);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  Object.defineProperty(globalThis, 'navigator', {
    configurable: true,
    value: {
      userAgent: 'Node.js',
      hardwareConcurrency: 1,
      gpu: {
        requestAdapter: () => Promise.resolve(shared),
        getPreferredCanvasFormat: () => 'rgba8unorm',
      },
    },
  });
}
