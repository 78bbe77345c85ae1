/**
 * The packages as they are published: built and packed by pnpm.
 */
import { createPackageFromTarballData, type Package } from "@arethetypeswrong/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Shell from "./Shell.ts"

/** The folders of the libraries. */
export const libraries = ["schema", "client", "undici", "emulator", "admin", "cluster"] as const

/** The folders of `packages`. */
export const folders = [...libraries, "cli"] as const
export type Folder = (typeof folders)[number]

/** The name of a package. */
export const nameOf = (folder: Folder) => (folder === "cli" ? "genesys-license" : `@genesys-license/${folder}`)

export interface Tarball {
  /** The path of the tarball. */
  readonly path: string
  readonly data: Uint8Array
  readonly contents: Package
  /** The sorted paths in the tarball, such as `dist/index.js`. */
  readonly files: ReadonlyArray<string>
  /** The text of a file in the tarball. */
  readonly text: (file: string) => string
}

/** What pnpm is called with, up to the folder for the tarballs. */
export const packing = ["--recursive", "--filter", "./packages/*", "pack", "--pack-destination"]

/** All packages, each packed once. */
export class Tarballs extends Context.Service<Tarballs, Readonly<Record<Folder, Tarball>>>()("test/Tarballs") {
  static readonly layer = Layer.effect(
    Tarballs,
    Effect.gen(function* () {
      const to = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "tarballs-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
      )
      // `prepack` builds the packages.
      yield* Shell.pnpm(Shell.root, ...packing, to)
      const packed = readdirSync(to)
      const read = (folder: Folder): Tarball => {
        const stem = nameOf(folder).replace("@", "").replace("/", "-")
        const path = join(
          to,
          packed.find((file) => new RegExp(`^${stem}-\\d.*\\.tgz$`).test(file))!
        )
        const data = new Uint8Array(readFileSync(path))
        const contents = createPackageFromTarballData(data)
        const top = `/node_modules/${nameOf(folder)}/`
        return {
          path,
          data,
          contents,
          files: contents
            .listFiles()
            .map((file) => file.slice(top.length))
            .sort(),
          text: (file) => contents.readFile(`${top}${file}`)
        }
      }
      return {
        schema: read("schema"),
        client: read("client"),
        undici: read("undici"),
        emulator: read("emulator"),
        admin: read("admin"),
        cluster: read("cluster"),
        cli: read("cli")
      }
    })
  )
}
