/**
 * The frame of every page. A page is one file that loads nothing from the network, so that
 * people can send it on. The same content always gives the same page.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { type Content, type Markup, markup } from "./Markup.ts"
import { script } from "./script.ts"
import { style } from "./style.ts"

export interface Parts {
  readonly title: string
  /** The line below the title. */
  readonly about: Content
  /** The day, for the title of the window. */
  readonly day: string
  readonly sections: ReadonlyArray<Content>
}

export const html = Effect.fnUntraced(function* ({ about, day, sections, title }: Parts): Effect.fn.Return<string> {
  const { hash, markup: sorting } = yield* script
  const document = markup`<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${hash}'; style-src 'unsafe-inline'; img-src data:"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<meta name="robots" content="noindex"/>
<link rel="icon" href="data:,"/>
<title>${title}, ${day}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${about}</p>
</header>
<main>
${sections.map((section) => [section, "\n"])}</main>
<footer><p>Made by genesys-license from the Genesys Cloud License API.</p></footer>
${sorting}
</body>
</html>
`
  // A shortened name may end in the middle of a character.
  return document.html.toWellFormed()
})

/** `2026-11-24 08:30 UTC` */
export const moment = (at: DateTime.Utc): Markup => {
  const iso = DateTime.formatIso(at)
  return markup`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`
}

export const day = (at: DateTime.Utc): string => DateTime.formatIso(at).slice(0, 10)
