import { defineConfig } from 'vitest/config';

// `unit` needs nothing but Node and a build; `peers` runs the real programs of the field.
export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/interop/**', 'test/e2e/**'] },
      },
      { extends: true, test: { name: 'peers', include: ['test/interop/**/*.test.ts', 'test/e2e/**/*.test.ts'] } },
    ],
  },
});
