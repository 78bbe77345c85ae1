/** docs/guide/queue.md, as somebody reads it who copies each block into a shell. */
import { describe, expect, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { folder } from "../cli/run.ts"
import * as Postgres from "../support/postgres.ts"
import * as Processes from "../support/processes.ts"

const timeout = 240_000

const guide = readFileSync(join(Processes.root, "docs/guide/queue.md"), "utf8")
const blocks = [...guide.matchAll(/<!-- queue -->\n\n```sh\n([^]*?)```\n/g)].map(([, text]) => text!)

describe.skipIf(!Postgres.isHere)("docs/guide/queue.md", () => {
  layer(Postgres.Shared.layer, { timeout, excludeTestServices: true })((it) => {
    it.effect(
      "goes from three emulated organizations to a nightly comparison with a crash in the middle, by copy and paste",
      () =>
        Effect.gen(function* () {
          const at = yield* folder
          mkdirSync(at("bin"))
          for (const [name, main] of [
            ["genesys-license", "packages/cli/src/main.ts"],
            ["genesys-license-cluster", "packages/cluster/src/main.ts"]
          ] as const) {
            const line = `exec "${process.execPath}" "${join(Processes.root, main)}" "$@"`
            writeFileSync(at(`bin/${name}`), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
          }
          // Ports may be taken, and where Postgres is, the test knows.
          const ports = yield* Effect.forEach([1, 2, 3], () => Processes.closedPort)
          const { url } = yield* Postgres.database
          const script = blocks
            .join("echo ---\n")
            .replaceAll(/808([123])/g, (_, index: string) => String(ports[Number(index) - 1]))
            .replace(/(?<=DATABASE_URL=)\S+/, '"$DATABASE"')
          const running = yield* Processes.start(
            "/bin/bash",
            ["-euc", `trap 'kill $(jobs -p) 2> killed.log' EXIT\ncd "${at("")}"\n${script}\necho all done`],
            {
              env: {
                DATABASE: url,
                HOME: at(""),
                PATH: [at("bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter)
              }
            }
          )
          const { exitCode, stderr, stdout } = yield* running.outcome
          expect(exitCode, `${stdout}\n${stderr}`).toBe(0)
          const [, , , , firstNight, change, crash, secondNight, nightly] = stdout.split("---\n")
          expect(firstNight).toMatch(/^night-1\n[^]+3 of 3 organizations done\n$/)
          expect(change).toMatch(/^ {2}globex +done +3 +0 +0$/m)
          expect(crash).toMatch(/^ {2}initech +running on \S+$/m)
          expect(secondNight).toMatch(/^ {2}globex +done +0 +0 +3 +0$/m)
          expect(secondNight).toMatch(/^ {2}initech +done +0 +0 +0 +0$/m)
          expect(secondNight).toContain("3 of 3 organizations done\n")
          expect(nightly).toMatch(/^ {2}night-2 +compare +\S+ +3 of 3$/m)
          expect(stdout.endsWith("all done\n")).toBe(true)
          expect(readFileSync(at("night-2.html"), "utf8")).toContain("3 licenses gained, 0 licenses lost")
          expect(readdirSync(at("changes")).sort()).toEqual(["acme.json", "globex.json", "initech.json"])
          // One of the two was killed, and the other has done the rest.
          const [one, two] = [1, 2].map((n) => readFileSync(at(`worker-${n}.log`), "utf8"))
          expect(`${one}${two}`.match(/night-2: compare of initech done/g)).toHaveLength(1)
          expect(readFileSync(at("worker-3.log"), "utf8")).toMatch(/Stopped\.\n$/)
        }).pipe(Effect.scoped),
      timeout
    )
  })
})
