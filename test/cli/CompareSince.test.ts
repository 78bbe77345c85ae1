import { describe, expect, it } from "@effect/vitest"
import * as Snapshot from "@genesys-license/admin/look/Snapshot"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { folder, run, runHere } from "./run.ts"

const organization = Effect.provide(Server.layer({ users: [{ id: "u1", licenses: ["cloudCX2"] }], seed: "since" }))

/** The same organization as it was some days ago, in a file. */
const daysAgo = Effect.fnUntraced(function* (days: number, path: string, users: ReadonlyArray<string>, id?: string) {
  const { organization } = yield* Emulator
  const at = DateTime.subtract(yield* DateTime.now, { hours: 24 * days })
  const snapshot: Snapshot.Snapshot = {
    takenAt: DateTime.formatIso(at),
    organization: { id: id ?? organization.identity.id, host: "api.mypurecloud.de" },
    users: users.map((id) => ({ id, licenses: ["cloudCX2"] }))
  }
  writeFileSync(path, yield* Snapshot.encode(snapshot))
  return snapshot.takenAt
})

const files = Effect.map(folder, (at) => {
  mkdirSync(at("snapshots"))
  return { folder: at("snapshots"), file: (name: string) => at(`snapshots/${name}`), at }
})

describe("compare", () => {
  it.live("takes `now` on either side, and not on both", () =>
    Effect.gen(function* () {
      const { at } = yield* files
      yield* daysAgo(1, at("before.json"), ["u1", "u2"])
      const compare = (...args: ReadonlyArray<string>) =>
        Effect.map(runHere("compare", ...args, "--format", "csv"), ({ exitCode, stdout }) => ({ exitCode, stdout }))
      const left = { exitCode: 2, stdout: "userId,licenseId,change\r\nu2,,left\r\nu2,cloudCX2,lost\r\n" }
      const joined = { exitCode: 2, stdout: "userId,licenseId,change\r\nu2,,joined\r\nu2,cloudCX2,gained\r\n" }
      expect(yield* compare(at("before.json"))).toEqual(left)
      expect(yield* compare(at("before.json"), "now")).toEqual(left)
      expect(yield* compare("now", at("before.json"))).toEqual(joined)
      for (const args of [["now"], ["now", "now"]]) {
        expect(yield* runHere("compare", ...args)).toEqual({
          exitCode: 1,
          stdout: "",
          stderr: "Pass the path of a snapshot: comparing `now` with `now` shows nothing.\n"
        })
      }
    }).pipe(organization, Effect.scoped)
  )

  it.live("--since takes the last snapshot of a folder up to a moment, and says which, and what it passed over", () =>
    Effect.gen(function* () {
      const { file, folder } = yield* files
      yield* daysAgo(9, file("older.json"), ["u9"])
      const takenAt = yield* daysAgo(8, file("week.json"), ["u1", "u2"])
      yield* daysAgo(7.5, file("stranger.json"), ["u1"], "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4")
      yield* daysAgo(1, file("yesterday.json"), ["u1"])
      writeFileSync(file("plan.json"), "{}")
      for (const after of [[], ["now"], [file("yesterday.json")]]) {
        const { exitCode, stderr, stdout } = yield* runHere(
          "compare",
          "--since",
          "7d",
          folder,
          ...after,
          "--format",
          "csv"
        )
        expect({ exitCode, stdout }).toEqual({
          exitCode: 2,
          stdout: "userId,licenseId,change\r\nu2,,left\r\nu2,cloudCX2,lost\r\n"
        })
        expect(stderr.split("\n").slice(0, 3)).toEqual([
          `Skipped: ${file("plan.json")} is not a snapshot.`,
          `Skipped: ${file("stranger.json")} is of another organization: the organization (0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4) at api.mypurecloud.de.`,
          `Comparing with ${file("week.json")}, taken at ${takenAt}.`
        ])
      }
      expect((yield* runHere("compare", "--since", "23h", folder)).exitCode).toBe(0)
    }).pipe(organization, Effect.scoped)
  )

  it.live("--since needs no organization where the other side is a file", () =>
    Effect.gen(function* () {
      const { file, folder } = yield* files
      yield* daysAgo(8, file("week.json"), ["u1"])
      yield* daysAgo(0, file("today.json"), ["u1"])
      const same = yield* run(["compare", "--since", "1w", folder, file("today.json")])
      expect(same).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^Comparing with \S+week\.json, /) })
      const asked = yield* run(["compare", "--since", "1w", folder])
      expect(asked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("No organization is configured.") })
    }).pipe(organization, Effect.scoped)
  )

  it.live("--since fails where there is none, before the users are read, and where the moment is none", () =>
    Effect.gen(function* () {
      const { file, folder } = yield* files
      yield* daysAgo(1, file("stranger.json"), ["u1"], "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4")
      const none = yield* runHere("compare", "--since", "1h", folder)
      expect(none).toMatchObject({ exitCode: 1, stdout: "" })
      expect(none.stderr).toMatch(/: there is no snapshot of this organization taken up to .* of another organization/)
      const { journal } = yield* Emulator
      expect((yield* journal.requests).map(({ operation }) => operation)).not.toContain("getLicenseUsers")

      const when = yield* runHere("compare", "--since", "someday", folder)
      expect(when).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/^--since takes a day .* not "someday"\.\n$/)
      })
    }).pipe(organization, Effect.scoped)
  )

  it.live("--since does not write over the snapshot that it takes", () =>
    Effect.gen(function* () {
      const { file, folder } = yield* files
      yield* daysAgo(8, file("week.json"), ["u1"])
      const refused = yield* runHere("compare", "--since", "7d", folder, "--output", file("week.json"))
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("which would be lost") })
      expect((yield* Snapshot.load(file("week.json"))).users).toHaveLength(1)
    }).pipe(organization, Effect.provide(NodeFileSystem.layer), Effect.scoped)
  )
})
