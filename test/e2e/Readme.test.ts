import { assert, describe, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import { Effect, Redacted } from "effect"
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "rolldown"
import * as Processes from "../support/processes.ts"

const root = new URL("../../", import.meta.url)

describe("README.md", () => {
  it("shows a program that is a file", async () => {
    const readme = await readFile(new URL("README.md", root), "utf8")
    const program = await readFile(new URL("examples/readme.ts", root), "utf8")
    assert.include(readme, "```ts\n" + program + "```")
  })

  it("shows a program whose bundle is as small as it says", async () => {
    const readme = await readFile(new URL("README.md", root), "utf8")
    const [, limit] = /bundles to less\s+than (\d+) kB \(gzipped\)/.exec(readme)!
    const { output } = await build({
      input: fileURLToPath(new URL("examples/readme.ts", root)),
      platform: "browser",
      write: false,
      logLevel: "silent",
      output: { minify: true, codeSplitting: false }
    })
    assert.isBelow(gzipSync(output[0].code).length / 1_000, Number(limit))
  })

  it.live("shows a program that runs with the environment that the emulator prints", () =>
    Effect.gen(function* () {
      const { host, port } = yield* Server
      const { oauth, organization } = yield* Emulator
      const holders = (yield* organization.users).filter((user) => user.licenses.includes("cloudCX3"))
      const { stderr, stdout } = yield* Processes.runFile("examples/readme.ts", [], {
        env: {
          GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
          GENESYSCLOUD_GATEWAY_HOST: host,
          GENESYSCLOUD_GATEWAY_PORT: String(port),
          GENESYSCLOUD_OAUTHCLIENT_ID: oauth.credentials.clientId,
          GENESYSCLOUD_OAUTHCLIENT_SECRET: Redacted.value(oauth.credentials.clientSecret)
        }
      })
      assert.strictEqual(stderr, "")
      assert.deepStrictEqual(
        stdout
          .trim()
          .split("\n")
          .map((line) => line.split(" ")[0]),
        holders.map((user) => user.id)
      )
    }).pipe(Effect.provide(Server.layer({ users: 60 })))
  )
})
