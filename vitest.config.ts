import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Vitest would leave one processor idle, which is half of a machine with two.
    maxWorkers: "100%",
    // The leak scan: what is written while tests run, and what it may not contain.
    setupFiles: ["test/support/leaks/worker.ts"],
    globalSetup: ["test/support/leaks/run.ts"],
    // For what never ends. A busy machine takes ten times as long as an idle one.
    testTimeout: 240_000,
    hookTimeout: 240_000
  }
})
