import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The leak scan: what is written while tests run, and what it may not contain.
    setupFiles: ["test/support/leaks/worker.ts"],
    globalSetup: ["test/support/leaks/run.ts"],
    // For what never ends. A busy machine takes ten times as long as an idle one.
    testTimeout: 240_000,
    hookTimeout: 240_000
  }
})
