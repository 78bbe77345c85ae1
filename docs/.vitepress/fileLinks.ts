import { existsSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import type { MarkdownRenderer } from "vitepress"

const docs = join(import.meta.dirname, "..")
const root = join(docs, "..")

/**
 * Links that lead out of `docs`, such as `../examples/readme.ts`, work on GitHub. On the site they lead to the
 * repository, and a file that does not exist fails the build.
 */
export const fileLinks = (repository: string) => (markdown: MarkdownRenderer) => {
  markdown.core.ruler.push("file-links", ({ env, tokens }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.attrGet("href")
      if (token.type !== "link_open" || href === null || !href.startsWith("..")) continue
      const [path = "", heading] = href.split("#")
      const file = join(dirname(String(env.path)), path)
      if (!relative(docs, file).startsWith("..")) continue
      if (!existsSync(file))
        throw new Error(`${relative(root, String(env.path))} links to ${href}, which does not exist.`)
      const page = `${repository}/blob/main/${relative(root, file)}`
      token.attrSet("href", heading === undefined ? page : `${page}#${heading}`)
    }
  })
}
