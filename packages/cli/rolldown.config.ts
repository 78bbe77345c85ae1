/**
 * The command with everything in it, so that nothing is to be installed beside it.
 *
 * In pieces, which are loaded when they are needed: in one file Node would read the
 * charts and the emulator before it could print a line of help.
 */
import { defineConfig, type Plugin } from "rolldown"

/** Rolldown 1.2 loses what `@effect/platform-node/Undici` passes on of a CommonJS package, so that is imported itself. */
const undici: Plugin = {
  name: "undici",
  resolveId: {
    filter: { id: /^\.\/Undici\.js$/ },
    handler(_, importer) {
      return this.resolve("undici", importer)
    }
  }
}

export default defineConfig({
  input: "src/main.ts",
  platform: "node",
  plugins: [undici],
  output: {
    dir: "dist",
    cleanDir: true,
    entryFileNames: "main.js",
    chunkFileNames: "chunks/[name]-[hash].js",
    minify: true
  }
})
