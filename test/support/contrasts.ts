/** Colors of a page, measured in a browser. */
import type { Page } from "playwright-core"

/** How texts and bars stand out from what is behind them, as WCAG counts it: 4.5 to 1 and 3 to 1 are enough. */
export const contrasts = (page: Page) =>
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
      const found = contrast(color, behind(element))
      if (!(found >= enough)) pale.push(`${found.toFixed(2)} to 1: ${element.outerHTML.slice(0, 120)}`)
    }
    const texts = [...document.querySelectorAll("body *")].filter(
      (element) =>
        element.checkVisibility() &&
        [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue!.trim() !== "")
    )
    for (const text of texts) {
      check(text, getComputedStyle(text).color, 4.5)
    }
    // Of a pattern, the color of its lines, which are also its frame.
    const bars = [...document.querySelectorAll(".bar i")].filter((bar) => bar.checkVisibility())
    for (const bar of bars) {
      const { backgroundColor, boxShadow } = getComputedStyle(bar)
      const color = boxShadow === "none" ? backgroundColor : /rgba?\([^)]*\)/.exec(boxShadow)![0]
      check(bar.parentElement!, color, 3)
    }
    return { texts: texts.length, bars: bars.length, pale, page: channels(behind(document.body)).slice(0, 3).join() }
  })
