import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { BrowserContextOptions, Page } from "playwright-core"
import { browser, executablePath, notFound } from "../support/browser.ts"
import { root, timeout } from "../support/processes.ts"

/** The page that `Html.test.ts` holds against what is made. */
const url = pathToFileURL(join(root, "test/fixtures/audit.html")).href

if (executablePath === undefined) console.warn(`Browser.test.ts is skipped: ${notFound}.`)

interface Opened {
  readonly page: Page
  /** What the browser asked for beside the page, and what it complained about. */
  readonly incidents: ReadonlyArray<string>
}

/** The page in tabs of these kinds, one after the other. */
const inTabs = <A>(kinds: ReadonlyArray<BrowserContextOptions>, look: (opened: Opened) => Promise<A>) =>
  Effect.gen(function* () {
    const tabs = yield* browser()
    return yield* Effect.forEach(kinds, (kind) =>
      Effect.promise(async () => {
        const page = await tabs.newPage(kind)
        page.setDefaultTimeout(timeout)
        const incidents: Array<string> = []
        page.on("request", (request) => request.url() !== url && incidents.push(`request ${request.url()}`))
        page.on("console", (message) => incidents.push(`console ${message.text()}`))
        page.on("pageerror", (error) => incidents.push(`error ${error.message}`))
        page.on("dialog", (dialog) => (incidents.push(`dialog ${dialog.message()}`), void dialog.dismiss()))
        await page.goto(url)
        const seen = await look({ page, incidents })
        await page.close()
        return seen
      })
    )
  }).pipe(Effect.scoped)

const wide = { viewport: { width: 1280, height: 900 } }
const narrow = { viewport: { width: 360, height: 740 } }
const light = { colorScheme: "light" } as const
const dark = { colorScheme: "dark" } as const

describe.skipIf(executablePath === undefined)("the page of an audit, in a browser", () => {
  it.live(
    "opens without asking anybody for anything, and runs nothing",
    () =>
      Effect.gen(function* () {
        const [seen] = yield* inTabs([{ ...wide, ...light }], async ({ incidents, page }) => ({
          title: await page.title(),
          mode: await page.evaluate(() => document.compatMode),
          scripts: await page.locator("script, iframe, img, object, form").count(),
          incidents
        }))
        expect(seen).toEqual({
          title: "Licenses of Example Bank, 2026-11-24",
          mode: "CSS1Compat",
          scripts: 0,
          incidents: []
        })
      }),
    timeout
  )

  it.live(
    "shows a hostile name as text, in tables and in charts",
    () =>
      Effect.gen(function* () {
        const name = `<script>alert("x")</script>`
        const [seen] = yield* inTabs([wide], async ({ page }) => ({
          inTables: await page.locator("td, th").filter({ hasText: name }).count(),
          inCharts: await page.locator("svg text").filter({ hasText: name }).count()
        }))
        expect(seen!.inTables).toBeGreaterThan(2)
        expect(seen!.inCharts).toBeGreaterThan(1)
      }),
    timeout
  )

  it.live(
    "fits the width of the window, with charts that can be read in it",
    () =>
      Effect.gen(function* () {
        const widths = [360, 700, 1280]
        const seen = yield* inTabs(
          widths.map((width) => ({ viewport: { width, height: 800 } })),
          ({ page }) =>
            page.evaluate(() => ({
              overflow: document.documentElement.scrollWidth - innerWidth,
              charts: [...document.querySelectorAll("figure")].map(
                (figure) => [...figure.querySelectorAll("svg")].filter((svg) => svg.checkVisibility()).length
              ),
              outside: [...document.querySelectorAll("svg text")].filter((text) => {
                const svg = text.closest("svg")!.getBoundingClientRect()
                const { left, right } = text.getBoundingClientRect()
                return text.checkVisibility() && (left < svg.left - 1 || right > svg.right + 1)
              }).length,
              cutTables: [...document.querySelectorAll(".scroll")].filter(
                (table) => table.scrollWidth > table.clientWidth && innerWidth > 1000
              ).length,
              smallest: Math.min(
                ...[...document.querySelectorAll("svg text")]
                  .filter((text) => text.checkVisibility())
                  .map((text) => text.getBoundingClientRect().height)
              )
            }))
        )
        for (const { smallest, ...rest } of seen) {
          expect(rest).toEqual({ overflow: 0, charts: [1, 1, 1], outside: 0, cutTables: 0 })
          expect(smallest).toBeGreaterThan(10)
        }
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
    "names its charts and tables for who cannot see them, under headings in order",
    () =>
      Effect.gen(function* () {
        const [seen] = yield* inTabs([wide], async ({ page }) => ({
          charts: await page.getByRole("img", { name: /^Bar chart: / }).count(),
          figures: await page.locator("figure").count(),
          captions: await page
            .locator("table")
            .evaluateAll((tables) =>
              (tables as Array<HTMLTableElement>).map(({ caption }) => caption?.textContent ?? "")
            ),
          headings: await page.locator("h1, h2, h3").evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1]))),
          reached: await page
            .locator("main a")
            .evaluateAll((links) =>
              (links as Array<HTMLAnchorElement>).every(({ hash }) => document.querySelector(hash) !== null)
            )
        }))
        expect(seen!.charts).toBe(seen!.figures)
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
    "prints what is folded on the screen",
    () =>
      Effect.gen(function* () {
        const folded = (page: Page) =>
          page.locator("details .id").evaluateAll((ids) => ids.map((id) => !id.checkVisibility()))
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
})

/** How texts and bars stand out from what is behind them, as WCAG counts it: 4.5 to 1 and 3 to 1 are enough. */
const contrasts = (page: Page) =>
  page.evaluate(() => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = (color: string) => {
      const [red, green, blue] = channels(color).map((channel) => {
        const part = channel / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
    }
    const contrast = (a: string, b: string) => {
      const [dark, light] = [luminance(a), luminance(b)].sort((a, b) => a - b)
      return (light! + 0.05) / (dark! + 0.05)
    }
    const behind = (element: Element | null): string => {
      for (let parent = element; parent !== null; parent = parent.parentElement) {
        const { backgroundColor } = getComputedStyle(parent)
        if (channels(backgroundColor)[3] !== 0) return backgroundColor
      }
      return "rgb(255, 255, 255)"
    }
    const pale: Array<string> = []
    const check = (element: Element, color: string, enough: number) => {
      const found = contrast(color, behind(element.closest("svg") ?? element))
      if (!(found >= enough)) pale.push(`${found.toFixed(2)} to 1: ${element.outerHTML.slice(0, 120)}`)
    }
    const texts = [...document.querySelectorAll("body *")].filter(
      (element) =>
        element.checkVisibility() &&
        [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue!.trim() !== "")
    )
    for (const text of texts) {
      const { color, fill } = getComputedStyle(text)
      check(text, text instanceof SVGElement ? fill : color, 4.5)
    }
    const bars = [...document.querySelectorAll("svg path")].filter(
      (path) => path.checkVisibility() && path.getAttribute("fill")!.includes("--part")
    )
    for (const bar of bars) check(bar, getComputedStyle(bar).fill, 3)
    return { texts: texts.length, bars: bars.length, pale, page: channels(behind(document.body)).slice(0, 3).join() }
  })
