import { defineConfig } from 'vitest/config';

const report = process.env.DESKHAND_TEST_REPORT;

/**
 * Four kinds of tests, two files at a time. `unit` and `console` (whole consoles on held clocks) come first. `engine` and `terminal`
 * share one engine, on which each file has objects under names that no other uses; what concerns a whole engine starts its own.
 */
export default defineConfig({
  test: {
    // Frames come without Ink's own colours, on a terminal, in a pipe and in CI; the theme paints by its own level.
    env: { NODE_ENV: 'test', TZ: 'UTC', FORCE_COLOR: '0' },
    // .ci/run counts what passed and failed.
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    pool: 'forks',
    maxWorkers: 2,
    // A limit for what has gone wrong, as the other time limits of the tests are, and not a measure.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['source/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
          exclude: [
            'test/console/**',
            'test/engine/**',
            'test/terminal/**',
            'test/golden/**',
            'test/contract/{engine,podman}.test.ts',
          ],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'console',
          include: ['test/console/**/*.test.{ts,tsx}'],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['test/engine/**/*.test.{ts,tsx}', 'test/contract/{engine,podman}.test.ts'],
          globalSetup: ['test/harness/image.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'terminal',
          include: ['test/terminal/**/*.test.{ts,tsx}', 'test/golden/**/*.test.ts'],
          globalSetup: ['test/harness/built.ts', 'test/harness/image.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
