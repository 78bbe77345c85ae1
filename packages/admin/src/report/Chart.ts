/**
 * Bars as SVG that is part of a page: no script, no picture to load, and the
 * colours are those of the page, light or dark.
 */
import type { BarSeriesOption } from "echarts/charts"
import type { GridComponentOption } from "echarts/components"
import type { ComposeOption } from "echarts/core"
import * as Effect from "effect/Effect"
import { type Content, Markup, markup, named } from "./Markup.ts"

type Option = ComposeOption<BarSeriesOption | GridComponentOption>

export interface Bar {
  readonly name: string
  /** One for each part of the chart. */
  readonly values: ReadonlyArray<number>
  /** What stands at its end. */
  readonly text: string
}

export interface Chart {
  /** What a screen reader says instead. The numbers themselves are to be in a table. */
  readonly label: string
  readonly caption: Content
  /** What the parts of a bar are. More than one get a legend. */
  readonly parts: ReadonlyArray<string>
  readonly bars: ReadonlyArray<Bar>
  /** What a full bar stands for. */
  readonly full: number
}

/** Names beside the bars, or above them where there is no room. */
const layouts = [
  { kind: "wide", width: 880, step: 30, names: 250, values: 140 },
  { kind: "narrow", width: 340, step: 46, names: 0, values: 0 }
] as const
type Layout = (typeof layouts)[number]

/** How high a bar is. */
const thickness = 12

/** A figure with a chart for wide pages and one for narrow pages, of which one is seen. */
export const figure = (chart: Chart): Effect.Effect<Markup> =>
  Effect.map(
    loaded,
    (init) => markup`<figure>
<figcaption>${chart.caption}${chart.parts.length > 1 && legend(chart.parts)}</figcaption>
${layouts.map((layout) => draw(init, chart, layout))}
</figure>`
  )

const legend = (parts: ReadonlyArray<string>) =>
  markup`<span class="legend">${parts.map((part, index) => markup`<span><i class="part-${String(index + 1)}"></i>${part}</span>`)}</span>`

/** Loaded when the first chart is drawn: it is more than all the rest of this package. */
const loaded = Effect.promise(async () => {
  const [{ init, use }, { BarChart }, { GridComponent }, { SVGRenderer }] = await Promise.all([
    import("echarts/core"),
    import("echarts/charts"),
    import("echarts/components"),
    import("echarts/renderers")
  ])
  use([BarChart, GridComponent, SVGRenderer])
  return init
})

type Init = Effect.Success<typeof loaded>

const draw = (init: Init, chart: Chart, layout: Layout): Markup => {
  const height = chart.bars.length * layout.step
  const drawing = init(null, null, { renderer: "svg", ssr: true, width: layout.width, height })
  try {
    drawing.setOption(option(chart, layout))
    const svg = drawing
      .renderToSVGString()
      // For the library's own script in a browser, which is not there, and numbered on from chart to chart.
      .replaceAll(/ (?:ecmeta_\w+|class)="[^"]*"|<style [^]*?<\/style>/g, "")
      .replace(/^<svg /, markup`<svg class="${layout.kind}" role="img" aria-label="${chart.label}" `.html)
    return new Markup(svg)
  } finally {
    // Until then its clock ticks, and the process does not end.
    drawing.dispose()
  }
}

const option = ({ bars, full, parts }: Chart, layout: Layout): Option => {
  const isNarrow = layout.kind === "narrow"
  const axis = (texts: ReadonlyArray<string>, width: number) => ({
    type: "category" as const,
    inverse: true,
    data: [...texts],
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      interval: 0,
      inside: isNarrow,
      margin: isNarrow ? 0 : 12,
      fontSize: 13,
      width,
      overflow: "truncate" as const,
      ellipsis: "…",
      ...(isNarrow && { verticalAlign: "bottom" as const, padding: [0, 0, thickness, 0] })
    }
  })
  // About: what is longer is cut, and the font of the browser may be wider than the one that is reckoned with.
  const longest = Math.max(...bars.map(({ name }) => named(name).replace(/[A-Z]|[^ -~]/g, "mm").length))
  const left = Math.min(layout.names, 28 + longest * 8)
  const room = isNarrow ? { names: 175, values: 110 } : { names: (left - 20) * 0.8, values: layout.values - 12 }
  const names = axis(
    bars.map(({ name }) => named(name)),
    room.names
  )
  const values = axis(
    bars.map(({ text }) => text),
    room.values
  )
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily: "inherit" },
    grid: { left, right: layout.values, top: isNarrow ? 6 : 0, bottom: isNarrow ? -6 : 0 },
    xAxis: { type: "value", show: false, min: 0, max: Math.max(1, full) },
    yAxis: [
      { ...names, axisLabel: { ...names.axisLabel, color: "var(--text)" } },
      { ...values, position: "right", axisLabel: { ...values.axisLabel, color: "var(--muted)" } }
    ],
    series: parts.map((_, part) => ({
      type: "bar",
      stack: "all",
      silent: true,
      emphasis: { disabled: true },
      barWidth: thickness,
      // Some are seen, however few. Parts would move each other.
      barMinHeight: parts.length === 1 ? 2 : 0,
      showBackground: part === 0,
      backgroundStyle: { color: "var(--track)" },
      itemStyle: { color: `var(--part-${part + 1})` },
      data: bars.map(({ values }) => values[part] || "-")
    }))
  }
}
