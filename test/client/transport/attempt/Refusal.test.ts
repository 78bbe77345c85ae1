import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as Refusal from "../../../../packages/client/src/transport/attempt/Refusal.ts"
import { fixture } from "../../../schema/fixture.ts"

const noon = Date.UTC(2026, 6, 23, 12, 0, 0)
const contract = ["authorization:grant:add", "authorization:license:view"]

const reasonOf = (status: number, text = "", headers: Record<string, string> = {}) =>
  Refusal.reason({ status, text, headers: Headers.fromInput(headers), permissions: contract, nowMillis: noon })

const body = (code: string, message = "a message") => JSON.stringify({ code, message })

describe("ErrorResponse", () => {
  describe("reason", () => {
    it.each([
      [0, "UnexpectedRedirect", false],
      [301, "UnexpectedRedirect", false],
      [302, "UnexpectedRedirect", false],
      [303, "UnexpectedRedirect", false],
      [307, "UnexpectedRedirect", false],
      [308, "UnexpectedRedirect", false],
      [400, "Refused", false],
      [401, "Unauthorized", false],
      [403, "Forbidden", false],
      [404, "NotFound", false],
      [408, "ServerError", true],
      [409, "Refused", false],
      [413, "Refused", false],
      [415, "Refused", false],
      [418, "Refused", false],
      [422, "Refused", false],
      [429, "RateLimited", true],
      [451, "Refused", false],
      [499, "Refused", false],
      [500, "ServerError", true],
      [501, "ServerError", false],
      [502, "ServerError", true],
      [503, "ServerError", true],
      [504, "ServerError", true],
      [505, "ServerError", false],
      [599, "ServerError", false]
    ])("of %i is %s, retryable: %s", (status, tag, isRetryable) => {
      const reason = reasonOf(status)
      expect(reason._tag).toBe(tag)
      expect(reason.isRetryable).toBe(isRetryable)
      if ("status" in reason) expect(reason.status).toBe(status)
    })

    it.each([
      ["an error body", body("bad.request"), { code: "bad.request", message: "a message" }],
      ["HTML", "<html>502</html>", undefined],
      ["nothing", "", undefined],
      ["JSON that is no object", "[1]", undefined],
      ["null", "null", undefined],
      ["truncated JSON", '{"code":"bad', undefined],
      ["an object with a strange detail", '{"code":"x","message":"m","details":5}', { code: "x", message: "m" }]
    ] as const)("keeps of a body that is %s what can be read", (_, text, kept) => {
      for (const status of [400, 401, 403, 404, 429, 500]) {
        const reason = reasonOf(status, text)
        const read = "body" in reason ? reason.body : undefined
        if (kept === undefined) expect(read).toBeUndefined()
        else expect(read).toMatchObject(kept)
      }
    })

    it.each([
      [429, "RateLimited", 7_000],
      [503, "ServerError", 7_000],
      [408, "ServerError", 7_000],
      [404, "NotFound", undefined],
      [400, "Refused", undefined]
    ] as const)("of %i is %s, which waits for %s ms", (status, tag, millis) => {
      const reason = reasonOf(status, "", { "retry-after": "7" })
      expect(reason._tag).toBe(tag)
      const wait = "retryAfter" in reason ? reason.retryAfter : undefined
      expect(wait === undefined ? undefined : Duration.toMillis(wait)).toBe(millis)
    })
  })

  describe("parseRetryAfter", () => {
    it.each([
      ["nothing", undefined, undefined],
      ["0", "0", 0],
      ["5", "5", 5_000],
      ["5 with spaces around it", " 5 ", 5_000],
      ["a date to come", "Thu, 23 Jul 2026 12:00:42 GMT", 42_000],
      ["a date in the past", "Thu, 23 Jul 2026 11:00:00 GMT", 0],
      ["-5", "-5", undefined],
      ["1.5", "1.5", undefined],
      ["NaN", "NaN", undefined],
      ["empty", "", undefined],
      ["two headers in one line", "5, 10", undefined],
      ["1e3", "1e3", undefined],
      ["Infinity", "Infinity", undefined],
      ["a word", "soon", undefined]
    ])("reads %s", (_, value, millis) => {
      const wait = Refusal.parseRetryAfter(value, noon)
      expect(wait === undefined ? undefined : Duration.toMillis(wait)).toBe(millis)
    })

    it("reads 13 digits as a finite wait", () => {
      const wait = Refusal.parseRetryAfter("1784808000000", noon)!
      expect(Duration.toSeconds(wait)).toBe(1_784_808_000_000)
    })
  })

  describe("missingPermissions", () => {
    const said = (message: string, messageParams?: Record<string, string>) =>
      Refusal.missingPermissions({ message, ...(messageParams && { messageParams }), details: [], errors: [] })

    it.each([
      [
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: [authorization:grant:add, authorization:license:view]",
        ["authorization:grant:add", "authorization:license:view"]
      ],
      [
        "Unable to perform the requested action. You are missing the following permission(s): authorization:grant:add",
        ["authorization:grant:add"]
      ],
      ["You are missing authorization:license:view.", ["authorization:license:view"]],
      ["You need 'routing:queue:*'; ask your administrator", ["routing:queue:*"]],
      ["App not authorized to use scope license:readonly", []],
      ["The time is 12:30:15, see https://developer.genesys.cloud:443/x", []],
      ["", []]
    ])("finds in %j %j", (message, permissions) => {
      expect(said(message)).toEqual(permissions)
    })

    it("finds them in the parameters, and each once", () => {
      expect(said("You lack {permissions}", { permissions: "[a:b:c, d:e:f]" })).toEqual(["a:b:c", "d:e:f"])
      expect(said("You lack a:b:c", { permissions: "a:b:c" })).toEqual(["a:b:c"])
    })

    it("finds them in the body of the API", () => {
      expect(reasonOf(403, JSON.stringify(fixture("error-403")))).toMatchObject({ permissions: contract })
    })
  })

  it.each([
    ["missing.any.permissions", "You lack a:b:c", ["a:b:c"]],
    ["missing.any.permissions", "You lack something", contract],
    ["missing.permissions", "You lack something", contract],
    ["not.authorized", "No", contract],
    ["app.not.authorized.for.scope", "App not authorized to use scope license", []],
    ["organization.suspended", "No", []]
  ])("names for a 403 with code %s and message %j the permissions %j", (code, message, permissions) => {
    expect(reasonOf(403, body(code, message))).toMatchObject({ _tag: "Forbidden", permissions })
  })

  it("names for a 403 without a body the permissions of the contract", () => {
    expect(reasonOf(403)).toMatchObject({ permissions: contract })
  })
})
