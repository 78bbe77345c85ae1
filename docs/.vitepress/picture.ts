/**
 * Takes the picture of the audit page for the README and the guide:
 *
 *     node docs/.vitepress/picture.ts
 *
 * Run it after a change that people see on the page.
 */
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { browser } from "../../test/support/browser.ts"

const root = join(import.meta.dirname, "../..")
const folder = mkdtempSync(join(tmpdir(), "picture-"))
const page = join(folder, "audit.html")

const take = Effect.gen(function* () {
  const chromium = yield* browser()
  yield* Effect.promise(async () => {
    const tab = await chromium.newPage({ viewport: { width: 1100, height: 760 }, colorScheme: "light" })
    await tab.goto(pathToFileURL(page).href)
    await tab.screenshot({ path: join(root, "docs/audit.png") })
  })
}).pipe(Effect.scoped)

try {
  const main = join(root, "packages/cli/src/main.ts")
  execFileSync(process.execPath, [main, "audit", "--emulated", "--output", page], { stdio: "inherit" })
  await Effect.runPromise(take)
} finally {
  rmSync(folder, { recursive: true })
}
