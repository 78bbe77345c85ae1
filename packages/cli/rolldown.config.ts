/**
 * The command with everything in it, so that nothing is to be installed beside it.
 *
 * In pieces, which are loaded when they are needed: in one file Node would read the
 * pages and the emulator before it could print a line of help.
 */
import { defineConfig } from "rolldown"
import { notices } from "./notices.ts"

export default defineConfig({
  input: "src/main.ts",
  platform: "node",
  plugins: [notices()],
  output: {
    dir: "dist",
    cleanDir: true,
    entryFileNames: "main.js",
    chunkFileNames: "chunks/[name]-[hash].js",
    minify: true
  }
})
