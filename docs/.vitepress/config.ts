import { defineConfig } from "vitepress"
import llmstxt from "vitepress-plugin-llms"
import { fileLinks } from "./fileLinks.ts"

const description = "The licenses of a Genesys Cloud organization, from code and from the command line."
const repository = "https://github.com/genesys-license/genesys-license"

/** The pages of single exports. */
const exports = "api/*/*/**"

const pages = (base: string, names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([name, text]) => ({ text, link: `${base}${name}` }))

export default defineConfig({
  title: "genesys-license",
  description,
  // The folder in which the site is published, such as `/genesys-license/`.
  base: process.env["DOCS_BASE"] ?? "/",
  cleanUrls: true,
  markdown: { config: fileLinks(repository) },
  vite: {
    // llms.txt lists the pages of the menu, llms-full.txt has the text of all.
    plugins: [
      llmstxt({ description, ignoreFilesPerOutput: { llmsTxt: ["api.md", "api/index.md", exports], pages: [exports] } })
    ],
    // The index of the search is larger than half a megabyte, and is loaded by who searches.
    build: { chunkSizeWarningLimit: 2_000 }
  },
  themeConfig: {
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: repository }],
    outline: [2, 3],
    nav: [
      { text: "Guides", link: "/guide/first-audit" },
      { text: "Behavior", link: "/behaviour" },
      { text: "API", link: "/api/" }
    ],
    sidebar: [
      {
        text: "For administrators",
        items: pages("/guide/", {
          "first-audit": "First audit in five minutes",
          "change-licenses": "Change licenses safely",
          nightly: "Run it every night",
          queue: "Many organizations, several machines"
        })
      },
      {
        text: "For developers",
        items: pages("/guide/", {
          effect: "An Effect app",
          promises: "An app with promises",
          errors: "Errors",
          limits: "Limits",
          proxy: "Behind a proxy",
          lambda: "Bundle for Lambda"
        })
      },
      {
        text: "For tests",
        items: pages("/guide/", {
          "test-typescript": "Test in TypeScript",
          "test-python": "Test in Python",
          "test-go": "Test in Go"
        })
      },
      {
        text: "Reference",
        items: pages("/", {
          cli: "The command",
          fleet: "Many organizations",
          assistant: "An assistant that can ask",
          emulator: "The emulator",
          behaviour: "Behavior on the wire",
          unknown: "What is not known"
        })
      },
      {
        text: "API",
        items: pages("/api/", {
          "client/": "client",
          "emulator/": "emulator",
          "admin/": "admin",
          "cluster/": "cluster",
          "undici/": "undici",
          "schema/": "schema"
        })
      }
    ]
  }
})
