import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{harness,kernels,peers,reports,scripts,suites}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.gpu.test.ts', '**/*.e2e.test.ts'],
          // Of a second each at most on a calm machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'contracts',
          globalSetup: ['scripts/vitest-adapter.ts'],
          include: ['kernels/*/contract.gpu.test.ts'],
          pool: 'forks',
          // Most of the time goes into compiling hundreds of shaders, which a software adapter does on one thread of a process.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'gpu',
          globalSetup: ['scripts/vitest-adapter.ts'],
          include: ['{harness,kernels,peers,reports,scripts}/**/*.gpu.test.ts'],
          exclude: ['**/node_modules/**', 'kernels/*/contract.gpu.test.ts', 'scripts/templates/**'],
          // Some of these look at times: one file after the other.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          pool: 'forks',
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['{harness,reports,scripts}/**/*.e2e.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
