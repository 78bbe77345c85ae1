/**
 * THIRD-PARTY-NOTICES: what the licenses of those ask for whose code is in the bundle.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Plugin } from "rolldown"

interface Included {
  readonly folder: string
  readonly name: string
  readonly version: string
  readonly license: string
}

/** The package that a module belongs to: the nearest manifest with a name above it. */
const packageOf = (module: string): Included => {
  for (let folder = dirname(module); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, "package.json")
    if (!existsSync(file)) continue
    const { license, name, version } = JSON.parse(readFileSync(file, "utf8"))
    if (name !== undefined && version !== undefined) return { folder, name, version, license }
  }
  throw new Error(`${module} belongs to no package.`)
}

/** Its license, its NOTICE, which the Apache License wants handed on, and the licenses of what it contains itself. */
const textsOf = ({ folder, license, name }: Included) => {
  const named = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const files = named
    .flatMap((file) =>
      statSync(join(folder, file)).isFile() ? [file] : readdirSync(join(folder, file)).map((inner) => join(file, inner))
    )
    .sort()
  if (files.length === 0) throw new Error(`${name} (${license}) comes without the text of its license.`)
  return files.map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim())
}

const heading = `genesys-license contains code of these packages, under these licenses.`

const line = "=".repeat(80)

/** Writes them beside the bundle, from the modules that are really in it. */
export const notices = (): Plugin => ({
  name: "third-party-notices",
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? Object.keys(file.modules) : []))
    const included = new Map<string, Included>()
    for (const module of modules) {
      // Modules that the bundler makes up have no file.
      if (!module.includes("node_modules") || !existsSync(module)) continue
      const found = packageOf(module)
      included.set(`${found.name}@${found.version}`, found)
    }
    const sections = [...included]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([id, found]) => [line, `${id} (${found.license})`, line, "", textsOf(found).join("\n\n"), ""].join("\n"))
    this.emitFile({
      type: "asset",
      fileName: "THIRD-PARTY-NOTICES.txt",
      source: [heading, "", ...sections].join("\n")
    })
  }
})
