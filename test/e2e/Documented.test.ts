import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import * as Processes from "../support/processes.ts"

/** The rules are in docs/documented.js, and the build of the site keeps to them, too. */
describe("the libraries", () => {
  it.live(
    "say in a comment what each export is, and each member of a service, an error or its options",
    () =>
      Effect.gen(function* () {
        const typedoc = join(Processes.root, "docs/node_modules/typedoc/bin/typedoc")
        const { exitCode, stderr, stdout } = yield* Processes.runFile(typedoc, ["--emit", "none"], {
          cwd: join(Processes.root, "docs")
        })
        const found = `${stdout}${stderr}`.split("\n").filter((line) => /warning|error/.test(line))
        expect({ exitCode, found }).toEqual({ exitCode: 0, found: [] })
      }),
    90_000
  )
})
