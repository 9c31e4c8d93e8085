import { expect, test } from 'vitest';
import { adapterClass } from './adapter-class.ts';

const silent = { vendor: '', architecture: '', device: '', description: '', subgroupMaxSize: 0 };

test.each([
  [{ vendor: 'mesa', device: 'llvmpipe (LLVM 19.1.7, 256 bits)', subgroupMaxSize: 8 }, 'lavapipe-8'],
  [{ vendor: 'mesa', description: 'llvmpipe', subgroupMaxSize: 16 }, 'lavapipe-16'],
  [{ vendor: 'google', architecture: 'swiftshader', subgroupMaxSize: 4 }, 'swiftshader-4'],
  // A browser may keep the width to itself.
  [{ vendor: 'google', architecture: 'swiftshader' }, 'swiftshader'],
  [{ vendor: 'nvidia', architecture: 'ampere', device: '0x20b0', subgroupMaxSize: 32 }, 'nvidia-ampere'],
  [{ vendor: 'AMD', architecture: 'RDNA 3', subgroupMaxSize: 64 }, 'amd-rdna-3'],
  [{ vendor: 'nvidia', device: 'H100' }, 'nvidia-h100'],
  [{ vendor: 'intel' }, 'intel'],
  [{}, 'unknown'],
])('%j is %s', (strings, name) => {
  expect(adapterClass({ ...silent, ...strings })).toBe(name);
});

test('a class is a file name on every system', () => {
  expect(adapterClass({ ...silent, vendor: '../ACME: "X"', architecture: 'ß/2' })).toMatch(/^[a-z0-9-]+$/);
});
