import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { environment, folder } from "../cli/run.ts"
import * as Processes from "../support/processes.ts"

const { timeout } = Processes
const main = "packages/cli/src/main.ts"

describe("a signal", () => {
  it.live.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129]
  ] as const)(
    "%s ends an apply with %i, and a line that says how to go on",
    ([signal, code]) =>
      Effect.gen(function* () {
        const at = yield* folder
        const { journal, organization } = yield* Emulator
        const env = yield* environment
        const holders = (yield* organization.users).filter(({ licenses }) => licenses.includes("cloudCX2")).slice(0, 9)
        const rows = holders.map(({ id }) => `${id},cloudCX2,absent`)
        writeFileSync(at("desired.csv"), ["userId,licenseId,state", ...rows].join("\n"))
        yield* Processes.runFile(main, ["plan", at("desired.csv"), "--output", at("plan.json")], { env })

        const apply = ["apply", at("plan.json"), "--yes", "--batch-size", "3", "--journal", at("journal")]
        const running = yield* Processes.start(process.execPath, [main, ...apply], { env })
        const sends = Effect.map(journal.requests, (requests) =>
          requests.some(({ operation }) => operation === "postLicenseOrganization")
        )
        yield* Effect.sleep("20 millis").pipe(Effect.andThen(sends), Effect.repeat({ until: (sent) => sent }))
        yield* running.signal(signal)
        const { exitCode, stderr, stdout } = yield* running.outcome
        expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: "" })
        expect(stderr).toMatch(
          /(^|\n)Stopped: this run got (no answer to any request|answers for \d+ of \d+ changes?)\. .*journal records what was done\. Run the same command again to continue\.\n$/
        )
        expect(readFileSync(at("journal"), "utf8")).toMatch(/"_tag":"Closed".*\n$/)
      }).pipe(
        Effect.provide(
          Server.layer({
            users: 60,
            faults: [{ operation: "postLicenseOrganization", nth: 2, fault: { type: "hang" } }]
          })
        )
      ),
    timeout
  )

  it.live.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129]
  ] as const)(
    "%s ends a reading with %i",
    ([signal, code]) =>
      Effect.gen(function* () {
        const { connected, port } = yield* Processes.silence
        const running = yield* Processes.start(process.execPath, [main, "audit"], {
          env: {
            GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
            GENESYSCLOUD_GATEWAY_HOST: "127.0.0.1",
            GENESYSCLOUD_GATEWAY_PORT: String(port),
            GENESYSCLOUD_OAUTHCLIENT_ID: "someone",
            GENESYSCLOUD_OAUTHCLIENT_SECRET: "CANARY-signal"
          }
        })
        yield* connected
        yield* running.signal(signal)
        const { exitCode, stderr, stdout } = yield* running.outcome
        expect({ exitCode, stderr, stdout }).toEqual({ exitCode: code, stderr: "", stdout: "" })
      }),
    timeout
  )
})
