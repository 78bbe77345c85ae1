/**
 * What is around the content of every page: its head, which lets a browser load nothing
 * from anywhere, its title and its style.
 */
import { type Content, markup } from "./Markup.ts"
import { style } from "./style.ts"

export interface Frame {
  /** Above the page. */
  readonly heading: string
  /** Of the tab. */
  readonly title: string
  /** Below the heading. */
  readonly lead: Content
  readonly main: Content
}

/** A whole document. */
export const page = ({ heading, lead, main, title }: Frame): string => {
  const document = markup`<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<meta name="robots" content="noindex"/>
<link rel="icon" href="data:,"/>
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${heading}</h1>
<p>${lead}</p>
</header>
<main>
${main}
</main>
<footer><p>Made by genesys-license from the Genesys Cloud License API.</p></footer>
</body>
</html>
`
  // A long name may have been cut amid a character.
  return document.html.toWellFormed()
}
