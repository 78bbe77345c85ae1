/**
 * The packages as they are published: built, and packed by pnpm.
 */
import { createPackageFromTarballData, type Package } from "@arethetypeswrong/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Shell from "./Shell.ts"

/** The folders of packages that programs import. */
export const libraries = ["schema", "client", "undici", "emulator", "admin"] as const

/** The folders of `packages`. */
export const folders = [...libraries, "cli"] as const
export type Folder = (typeof folders)[number]

/** What a package is called. */
export const nameOf = (folder: Folder) => (folder === "cli" ? "genesys-license" : `@genesys-license/${folder}`)

export interface Tarball {
  /** Where it is. */
  readonly path: string
  readonly data: Uint8Array
  readonly contents: Package
  /** Paths in it, such as `dist/index.js`, in order. */
  readonly files: ReadonlyArray<string>
  /** A file in it, as text. */
  readonly text: (file: string) => string
}

/** What pnpm is called with, up to the folder for the tarballs. */
export const packing = ["--recursive", "--filter", "./packages/*", "pack", "--pack-destination"]

/** Every package, packed once. */
export class Tarballs extends Context.Service<Tarballs, Readonly<Record<Folder, Tarball>>>()("test/Tarballs") {
  static readonly layer = Layer.effect(
    Tarballs,
    Effect.gen(function* () {
      const to = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "tarballs-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
      )
      // `prepack` builds them.
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
        cli: read("cli")
      }
    })
  )
}
