/**
 * A real browser, if this machine has one.
 */
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import { chromium } from "playwright-core"
import { timeout } from "./processes.ts"

const candidates = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
]

/** The path of the browser. Without one, tests are skipped. */
export const executablePath = candidates.find((path) => existsSync(path))

/** The reason for skipped tests. */
export const notFound = `no browser is at ${candidates.join(", ")}`

/** Starts a browser until the scope closes. `args` are flags of Chromium. */
export const browser = (...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.promise(() =>
      chromium.launch({
        ...(executablePath !== undefined && { executablePath }),
        timeout,
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          ...args
        ]
      })
    ),
    (browser) => Effect.promise(() => browser.close())
  )
