import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{harness,kernels,peers,reports,scripts,suites}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.gpu.test.ts', '**/*.e2e.test.ts'],
        },
      },
      {
        test: {
          name: 'gpu',
          globalSetup: ['scripts/vitest-adapter.ts'],
          include: ['{harness,kernels,peers,reports,scripts}/**/*.gpu.test.ts'],
          exclude: ['**/node_modules/**'],
          // A software adapter already uses every core, and a device is not to be shared between files.
          fileParallelism: false,
          pool: 'forks',
          // Hundreds of shaders are compiled, one after the other where a driver keeps no cache yet.
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['{harness,reports,scripts}/**/*.e2e.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
