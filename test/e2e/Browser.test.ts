import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createRequire } from "node:module"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { BrowserContextOptions, Page } from "playwright-core"
import { browser, executablePath, notFound } from "../support/browser.ts"
import { contrasts } from "../support/contrasts.ts"
import { root, timeout } from "../support/processes.ts"
import { folder, run } from "../cli/run.ts"

/** The page that `Html.test.ts` holds against what is made. */
const url = pathToFileURL(join(root, "test/fixtures/audit.html")).href

if (executablePath === undefined) console.warn(`Browser.test.ts is skipped: ${notFound}.`)

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

interface Opened {
  readonly page: Page
  /** What the browser asked for beside the page, and what it complained about. */
  readonly incidents: ReadonlyArray<string>
}

/** The page in tabs of these kinds, one after the other. */
const inTabs = <A>(
  kinds: ReadonlyArray<BrowserContextOptions>,
  look: (opened: Opened) => Promise<A>,
  address: string = url
) =>
  Effect.gen(function* () {
    const tabs = yield* browser()
    return yield* Effect.forEach(kinds, (kind) =>
      Effect.promise(async () => {
        const page = await tabs.newPage(kind)
        page.setDefaultTimeout(timeout)
        const incidents: Array<string> = []
        page.on("request", (request) => request.url() !== address && incidents.push(`request ${request.url()}`))
        page.on("console", (message) => incidents.push(`console ${message.text()}`))
        page.on("pageerror", (error) => incidents.push(`error ${error.message}`))
        page.on("dialog", (dialog) => (incidents.push(`dialog ${dialog.message()}`), void dialog.dismiss()))
        await page.goto(address)
        const seen = await look({ page, incidents })
        await page.close()
        return seen
      })
    )
  }).pipe(Effect.scoped)

const wide = { viewport: { width: 1200, height: 900 } }
const narrow = { viewport: { width: 360, height: 740 } }
const light = { colorScheme: "light" } as const
const dark = { colorScheme: "dark" } as const
const forced = { forcedColors: "active" } as const

/** The names of the people in a list, as they stand. */
const namesIn = (page: Page, place: string) =>
  page
    .locator(`#${place} ~ details`)
    .first()
    .locator("tbody tr:visible th")
    .evaluateAll((cells) => cells.map((cell) => cell.firstChild!.textContent))

const open = (page: Page, place: string) => page.locator(`#${place} ~ details`).first().locator("summary").click()

describe.skipIf(executablePath === undefined)("the page of an audit, in a browser", () => {
  it.live(
    "opens without asking anybody for anything, and runs no script but its own",
    () =>
      Effect.gen(function* () {
        const [seen] = yield* inTabs([{ ...wide, ...light }], async ({ incidents, page }) => ({
          title: await page.title(),
          mode: await page.evaluate(() => document.compatMode),
          scripts: await page.locator("script").count(),
          others: await page.locator("iframe, img, object, form").count(),
          ran: await page.locator("html.scripted").count(),
          incidents
        }))
        expect(seen).toEqual({
          title: "Licenses of Example Bank, 2026-11-24",
          mode: "CSS1Compat",
          scripts: 1,
          others: 0,
          ran: 1,
          incidents: []
        })
      }),
    timeout
  )

  it.live(
    "runs no other script: its policy refuses what somebody puts into it, and eval",
    () =>
      Effect.gen(function* () {
        const [seen] = yield* inTabs([wide], ({ page }) =>
          page.evaluate(() => {
            const script = document.createElement("script")
            script.textContent = "document.title = 'taken over'"
            document.body.append(script)
            return document.title
          })
        )
        expect(seen).not.toBe("taken over")
      }),
    timeout
  )

  it.live(
    "shows what to decide on its first screen, with bars in two patterns and more",
    () =>
      Effect.gen(function* () {
        const [seen] = yield* inTabs([wide], async ({ page }) => ({
          cards: await page
            .locator(".decisions > li")
            .evaluateAll((cards) => cards.map((card) => card.getBoundingClientRect().bottom < innerHeight)),
          patterns: await page
            .locator(".legend i")
            .evaluateAll((all) => new Set(all.map((i) => getComputedStyle(i).backgroundImage.split("(")[0])).size)
        }))
        expect(seen).toEqual({ cards: [true, true, true], patterns: 3 })
      }),
    timeout
  )

  it.live(
    "shows a hostile name as text",
    () =>
      Effect.gen(function* () {
        const name = `<script>alert("x")</script>`
        const [seen] = yield* inTabs([wide], ({ page }) =>
          page.locator("td, th, code").filter({ hasText: name }).count()
        )
        expect(seen!).toBeGreaterThan(3)
      }),
    timeout
  )

  it.live(
    "sorts people by a column, those without a value last, and filters them by a text",
    () =>
      Effect.gen(function* () {
        const [seen] = yield* inTabs([wide, narrow], async ({ page }) => {
          await open(page, "inactive")
          const first = await namesIn(page, "inactive")
          const list = page.locator("#inactive ~ details").first()
          await list.getByRole("button", { name: "Last login" }).click()
          await list.getByRole("button", { name: "Last login" }).click()
          const sorted = await namesIn(page, "inactive")
          const sort = await list.getByRole("columnheader", { name: "Last login" }).getAttribute("aria-sort")
          await list.getByRole("searchbox").fill("hopper")
          return {
            first,
            sorted,
            sort,
            left: await namesIn(page, "inactive"),
            said: await list.getByRole("status").innerText()
          }
        })
        expect(seen).toEqual({
          first: ["Old Timer", "Zoë & Søn"],
          sorted: ["Zoë & Søn", "Old Timer"],
          sort: "descending",
          left: ["Zoë & Søn"],
          said: "1 of 2 rows"
        })
      }),
    timeout
  )

  it.live(
    "sorts numbers as numbers, and leaves the last row last",
    () =>
      Effect.gen(function* () {
        const [seen] = yield* inTabs([wide], async ({ page }) => {
          const table = page.locator("#licenses table")
          await table.getByRole("button", { name: "Users" }).click()
          return table
            .locator("tbody tr")
            .evaluateAll((rows) => (rows as Array<HTMLTableRowElement>).map(({ cells }) => cells[1]!.textContent))
        })
        const [users, sum] = [seen!.slice(0, -1).map(Number), seen!.at(-1)]
        expect(users).toEqual([...users].sort((a, b) => a - b))
        expect(users.at(-1)).toBe(3)
        expect(sum).toBe("1")
      }),
    timeout
  )

  it.live(
    "fits the width of the window: no column is outside of it, and below 700 px a row is a card",
    () =>
      Effect.gen(function* () {
        const widths = [320, 360, 699, 720, 1200, 2560]
        const seen = yield* inTabs(
          widths.map((width) => ({ viewport: { width, height: 800 } })),
          ({ page }) =>
            page.evaluate(() => {
              for (const details of document.querySelectorAll("details")) details.open = true
              const cells = [...document.querySelectorAll("td, th, .bar")].filter((cell) => cell.checkVisibility())
              return {
                overflow: document.documentElement.scrollWidth - innerWidth,
                outside: cells.filter((cell) => cell.getBoundingClientRect().right > innerWidth).length,
                isCard: getComputedStyle(document.querySelector(".people tbody tr")!).display !== "table-row"
              }
            })
        )
        expect(seen).toEqual(widths.map((width) => ({ overflow: 0, outside: 0, isCard: width < 700 })))
      }),
    timeout
  )

  it.live(
    "can be read in light and in dark, and on paper from either",
    () =>
      Effect.gen(function* () {
        const kinds = [
          { ...wide, ...light },
          { ...wide, ...dark },
          { ...narrow, ...dark }
        ]
        const screens = yield* inTabs(kinds, async ({ page }) => ({ ...(await contrasts(page)) }))
        const [paper] = yield* inTabs([{ ...wide, ...dark }], async ({ page }) => {
          await page.emulateMedia({ media: "print", colorScheme: "dark" })
          return contrasts(page)
        })
        for (const { bars, pale, texts } of [...screens, paper!]) {
          expect(texts).toBeGreaterThan(100)
          expect(bars).toBeGreaterThan(10)
          expect(pale).toEqual([])
        }
        expect([...screens, paper!].map(({ page }) => page)).toEqual([
          "245,246,248",
          "17,20,24",
          "17,20,24",
          "255,255,255"
        ])
      }),
    timeout
  )

  it.live(
    "has nothing that axe finds, in light, in dark and in forced colors, with everything unfolded",
    () =>
      Effect.gen(function* () {
        const kinds = [light, dark, forced, { ...narrow, ...light }]
        const seen = yield* inTabs(
          kinds.map((kind) => ({ ...wide, ...kind, bypassCSP: true })),
          async ({ page }) => {
            await page.evaluate(() => {
              for (const details of document.querySelectorAll("details")) details.open = true
            })
            await page.evaluate(axe)
            return page.evaluate(async () => {
              const { passes, violations } = await (
                globalThis as unknown as {
                  axe: { run: () => Promise<Record<"passes" | "violations", Array<{ id: string }>>> }
                }
              ).axe.run()
              return { violations: violations.map(({ id }) => id), isRun: passes.length > 10 }
            })
          }
        )
        expect(seen).toEqual(kinds.map(() => ({ violations: [], isRun: true })))
      }),
    timeout
  )

  it.live(
    "keeps its bars and their patterns in forced colors",
    () =>
      Effect.gen(function* () {
        const [seen] = yield* inTabs([{ ...wide, ...forced }], ({ page }) =>
          page.evaluate(() => {
            const legend = [...document.querySelectorAll(".legend")][0]!
            return [...legend.querySelectorAll("i")].map((i) => {
              const { backgroundColor, backgroundImage } = getComputedStyle(i)
              return backgroundImage === "none" ? backgroundColor : backgroundImage.split("(")[0]
            })
          })
        )
        expect(seen!.slice(1)).toEqual(["repeating-linear-gradient", "radial-gradient"])
        expect(seen![0]).not.toBe("rgba(0, 0, 0, 0)")
      }),
    timeout
  )

  it.live(
    "names its tables for who cannot see them, under headings in order",
    () =>
      Effect.gen(function* () {
        const [seen] = yield* inTabs([wide], async ({ page }) => ({
          captions: await page
            .locator("table")
            .evaluateAll((tables) =>
              (tables as Array<HTMLTableElement>).map(({ caption }) => caption?.textContent ?? "")
            ),
          headings: await page.locator("h1, h2, h3").evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1]))),
          reached: await page
            .locator('main a[href^="#"]')
            .evaluateAll((links) =>
              (links as Array<HTMLAnchorElement>).every(({ hash }) => document.querySelector(hash) !== null)
            )
        }))
        expect(seen!.captions.length).toBeGreaterThan(5)
        expect(seen!.captions).not.toContain("")
        expect(seen!.headings[0]).toBe(1)
        expect(seen!.headings.slice(1)).not.toContain(1)
        for (const [index, level] of seen!.headings.entries()) {
          expect(level - (seen!.headings[index - 1] ?? 0)).toBeLessThanOrEqual(1)
        }
        expect(seen!.reached).toBe(true)
      }),
    timeout
  )

  it.live(
    "prints the people that are folded on the screen",
    () =>
      Effect.gen(function* () {
        const folded = (page: Page) =>
          page.locator(".people tbody th").evaluateAll((cells) => cells.map((cell) => !cell.checkVisibility()))
        const [[screen, paper] = []] = yield* inTabs([wide], async ({ page }) => {
          const screen = await folded(page)
          await page.emulateMedia({ media: "print" })
          return [screen, await folded(page)]
        })
        expect(new Set(screen)).toEqual(new Set([true]))
        expect(new Set(paper)).toEqual(new Set([false]))
      }),
    timeout
  )

  it.live(
    "is on paper in fewer than 8 pages for 2,000 users with as many findings as they can have",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        const outcome = yield* run([
          "audit",
          "--roles",
          "--inactive-days",
          "1",
          "--output",
          at("audit.html"),
          "--emulated"
        ])
        expect(outcome.exitCode).toBe(0)
        const [pages] = yield* inTabs(
          [wide],
          async ({ page }) => {
            const pdf = (await page.pdf({ format: "A4" })).toString("latin1")
            return pdf.match(/\/Type \/Page\b/g)!.length
          },
          pathToFileURL(at("audit.html")).href
        )
        expect(pages).toBeGreaterThan(2)
        expect(pages).toBeLessThan(8)
      }),
    timeout
  )
})
