import { AssignmentOutcome, GenesysError } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { only } from "../../support/outcomes.ts"
import { type Answer, error, ok, reset } from "../answers.ts"
import { withAnswers } from "../clients.ts"
import { type Change, add, remove, ids, organization, saying, tooManyForHours, tags, times } from "./assignments.ts"

describe("updateAssignments", () => {
  describe("understands", () => {
    const understood: ReadonlyArray<
      readonly [result: string, change: Change["change"], tag: AssignmentOutcome["_tag"]]
    > = [
      ["Success", "add", "Done"],
      ["SUCCESS", "remove", "Done"],
      ["success.", "add", "Done"],
      ["Succeeded", "add", "Done"],
      [" OK\n", "add", "Done"],
      ["Added", "add", "Done"],
      ["Removed", "remove", "Done"],
      ["unassigned", "remove", "Done"],
      ["User not found", "add", "Refused"],
      ["user.not.found", "remove", "Refused"],
      ["LicenseNotFound", "add", "Refused"],
      ["NO_SUCH_USER", "add", "Refused"],
      ["Failed", "add", "Refused"],
      ["DENIED", "remove", "Refused"],
      // The opposite of what was asked.
      ["Removed", "add", "Unknown"],
      ["Assigned", "remove", "Unknown"],
      ["Already assigned", "remove", "Unknown"],
      // They can mean one or the other.
      ["", "add", "Unknown"],
      ["No change", "add", "Unknown"],
      ["Unchanged", "remove", "Unknown"],
      ["Pending", "add", "Unknown"],
      ["Accepted", "add", "Unknown"],
      ["Error", "add", "Unknown"],
      ["Internal error", "add", "Unknown"],
      ["No success", "add", "Unknown"],
      ["not: success", "add", "Unknown"],
      ["Success (0 of 1)", "add", "Unknown"],
      ["Unsuccessful", "add", "Unknown"],
      ["constructor", "add", "Unknown"]
    ]
    it.effect.each(understood)("%j about %s as %s, and keeps the text", ([result, change, _tag]) =>
      withAnswers({ api: [[saying(result)]], emulator: organization }, function* (license) {
        const assignments = [change === "add" ? add("b", "a") : remove("b", "a")]
        expect(yield* license.updateAssignments(assignments)).toEqual([
          { _tag, licenseId: "b", userId: "a", change, result }
        ])
      })
    )

    it.effect.each([
      ["AlreadyAssigned", "add"],
      ["ALREADY_ASSIGNED", "add"],
      ["already removed", "remove"]
    ] as const)("%j about %s as Done, and that it was so before", ([result, change]) =>
      withAnswers({ api: [[saying(result)]], emulator: organization }, function* (license) {
        const assignments = [change === "add" ? add("b", "a") : remove("b", "a")]
        expect(yield* license.updateAssignments(assignments)).toEqual([
          { _tag: "Done", licenseId: "b", userId: "a", change, result, alreadySo: true }
        ])
      })
    )

    it.effect("a text without the token that the server has put into it", () =>
      withAnswers({ emulator: organization }, function* (license, server) {
        yield* license.getDefinitions
        const fault = saying(`no: ${server.api[0]!.headers["authorization"]}`)
        yield* server.faults.add({ operation: "postLicenseOrganization", fault })
        expect(yield* only(license.updateAssignments([add("b", "a")]))).toMatchObject({
          _tag: "Unknown",
          result: "no: Bearer <redacted>"
        })
      })
    )
  })

  it.effect("says in a debug line how many rows it ignored", () => {
    const lines: Array<unknown> = []
    const logger = Logger.make<unknown, void>(({ fiber, logLevel, message }) => {
      lines.push([logLevel, message, fiber.getRef(References.CurrentLogAnnotations)])
    })
    const more = [
      { licenseId: "b", userId: "a", result: "Success" },
      { licenseId: "b", userId: "c", result: "Failed" },
      { licenseId: "b", userId: "d", result: "Failed" },
      {}
    ]
    const answer: Answer = [
      { type: "patch", operations: more.map((value) => ({ op: "add" as const, path: "/-", value })) }
    ]
    return withAnswers({ api: [answer], emulator: organization }, function* (license) {
      yield* license.updateAssignments([add("b", "a")])
      expect(lines).toEqual([
        [
          "Debug",
          ["Ignored rows of the response about changes that were not requested"],
          { operation: "postLicenseOrganization", rows: 3 }
        ]
      ])
    }).pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "Debug"))
  })
})

describe("AssignmentOutcome", () => {
  it.effect("is JSON, and comes back from it", () =>
    withAnswers({ api: [ok, reset, error(400), tooManyForHours, ok], emulator: organization }, function* (license) {
      const outcomes = yield* license.updateAssignments([add("b", ...ids(5))], { batchSize: 1 })
      expect(tags(outcomes)).toEqual(["Done", "Unknown", "Refused", "NotSent", "NotSent"])
      const codec = Schema.fromJsonString(Schema.Array(AssignmentOutcome))
      const back = yield* Schema.decodeEffect(codec)(yield* Schema.encodeEffect(codec)(outcomes))
      expect(back).toEqual(outcomes)
      const messages = (of: typeof outcomes) => of.map((outcome) => "error" in outcome && outcome.error?.message)
      expect(messages(back)).toEqual(messages(outcomes))
      expect(back.flatMap((outcome) => ("error" in outcome ? [outcome.error] : []))).toEqual(
        times(4, expect.any(GenesysError))
      )
    })
  )
})
