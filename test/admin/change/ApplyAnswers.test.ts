import { LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Apply from "../../../packages/admin/src/change/Apply.ts"
import { inOrganization } from "../organization.ts"
import { quietly, users, plan, change, answering, forbidden, failing, lost } from "./applying.ts"

describe("Apply, when the answers are not what one hopes for", () => {
  it.effect("reads back what is unknown, and tells what it still does not know", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const result = yield* Apply.run(yield* plan, quietly).pipe(
        answering(() =>
          // The server does one of the four, and its answer is lost.
          organization
            .assign([{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: [] }])
            .pipe(
              Effect.as([
                lost("a", "cloudCX2", "add"),
                lost("b", "cloudCX2", "add"),
                lost("d", "cloudCX2", "add"),
                lost("c", "communicate", "remove")
              ])
            )
        )
      )
      expect(result.counts).toEqual({ done: 1, alreadySo: 0, reversed: 0, refused: 0, unknown: 3, notSent: 0 })
      expect(result.outcomes[0]).toMatchObject({ userId: "a", standing: "done" })
      // The next run sends the rest.
      expect(yield* Apply.run(yield* plan, { ...quietly, journal: "other" })).toMatchObject({ counts: { done: 3 } })
    }).pipe(inOrganization({ users }))
  )

  it.effect("sends again what is unknown and not there, and what was refused", () =>
    Effect.gen(function* () {
      const made = yield* plan
      yield* Apply.run(made, quietly).pipe(
        answering(() =>
          Effect.succeed([
            { _tag: "Done", userId: "a", licenseId: "cloudCX2", change: "add", result: "ok" },
            lost("b", "cloudCX2", "add"),
            { _tag: "Refused", userId: "d", licenseId: "cloudCX2", change: "add", result: "denied" },
            { _tag: "Refused", userId: "c", licenseId: "communicate", change: "remove", result: "denied" }
          ])
        )
      )
      yield* change("a", "cloudCX2", true)
      // Somebody helps by hand.
      yield* change("c", "communicate", false)
      const result = yield* Apply.run(made, quietly)
      expect(result.outcomes.map(({ standing, userId }) => [userId, standing])).toEqual([
        ["a", "done"],
        ["b", "done"],
        ["d", "done"],
        ["c", "alreadySo"]
      ])
      expect(result.doneBefore).toBe(1)
    }).pipe(inOrganization({ users }))
  )

  it.effect("tells what the server said of each change that it refused", () =>
    Effect.gen(function* () {
      const made = yield* plan
      const { organization } = yield* Emulator
      const result = yield* Apply.run(made, quietly).pipe(
        Effect.updateService(LicenseService, (license) => ({
          ...license,
          updateAssignments: (...args: Parameters<typeof license.updateAssignments>) =>
            Effect.andThen(
              organization.updateUsers((users) => users.filter(({ id }) => id !== "b")),
              license.updateAssignments(...args)
            )
        }))
      )
      expect(result.counts).toEqual({ done: 3, alreadySo: 0, reversed: 0, refused: 1, unknown: 0, notSent: 0 })
      expect(result.outcomes[1]).toMatchObject({ userId: "b", standing: "refused", detail: "User not found" })
    }).pipe(inOrganization({ users }))
  )

  it.effect("stops where the organization lets nothing in any more, and tells why", () =>
    Effect.gen(function* () {
      const made = yield* plan
      let calls = 0
      const stopped = Apply.run(made, { ...quietly, batchSize: 1 }).pipe(
        Effect.updateService(LicenseService, (license) => ({
          ...license,
          updateAssignments: (...args: Parameters<typeof license.updateAssignments>) =>
            ++calls === 2 ? failing : license.updateAssignments(...args)
        }))
      )
      const { counts, error } = yield* stopped
      expect(counts).toMatchObject({ done: 1, notSent: 3 })
      expect(error).toBe(forbidden)
      expect(calls).toBe(2)
      expect(yield* Apply.run(made, quietly)).toMatchObject({ counts: { done: 4 }, doneBefore: 1 })
    }).pipe(inOrganization({ users }))
  )

  it.effect("fails when nothing at all was let in", () =>
    Effect.gen(function* () {
      const made = yield* plan
      const error = yield* Effect.flip(Apply.run(made, quietly).pipe(answering(() => failing)))
      expect(error).toBe(forbidden)
      expect((yield* Apply.run(made, quietly)).counts.done).toBe(4)
    }).pipe(inOrganization({ users }))
  )
})
