import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { failure, overEachClient } from "../support/Attack.ts"
import { answer, error, json } from "../support/HostileServer.ts"

const definition = `{"id":"cloudCX2"}`
const utf8 = (text: string) => new TextEncoder().encode(text)
const deep = (levels: number, open: string, close: string, inner = "") =>
  open.repeat(levels) + inner + close.repeat(levels)

overEachClient("A body", (attack, _, name) => {
  describe("of status 200", () => {
    it.live.each<readonly [label: string, body: string | Uint8Array]>([
      ["is empty", ""],
      ["is blank", " \r\n\t"],
      ["is half a document", `[{"id":"cloud`],
      ["has garbage behind it", `[${definition}] x`],
      ["is two documents", `[${definition}][]`],
      ["is HTML", "<!doctype html><title>Sign in</title>"],
      ["is UTF-16", new Uint8Array(Buffer.from(`[${definition}]`, "utf16le"))],
      ["uses single quotes", `[{'id':'cloudCX2'}]`],
      ["is NaN", "NaN"],
      ["has a NUL", `[${definition}]\0`]
    ])("that %s, so is not JSON, is retried like a 502, then UnexpectedResponse", ([, body]) =>
      attack(function* (server, license) {
        server.always(answer({ headers: { "content-type": "application/json" }, body }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed).toMatchObject({ attempts: 4, reason: { _tag: "UnexpectedResponse" } })
        expect(failed.message.length).toBeLessThan(600)
        // oxlint-disable-next-line no-control-regex -- they must not reach a terminal
        expect(failed.message).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
        expect(server.calls).toHaveLength(4)
      })
    )

    it.live("that is cut short once is complete after a retry", () =>
      attack(function* (server, license) {
        server.next(answer({ body: `[{"id":"cloud` }))
        server.always(answer({ body: `[${definition}]` }))
        expect((yield* license.getDefinitions).map(({ id }) => id)).toEqual(["cloudCX2"])
        expect(server.calls).toHaveLength(2)
      })
    )

    it.live("that is not JSON makes a write OutcomeUnknown without a retry", () =>
      attack(function* (server, license) {
        server.always(answer({ body: "<html>" }))
        const failed = yield* failure(license.switchToggle("a"))
        expect(failed).toMatchObject({ attempts: 1, reason: { _tag: "OutcomeUnknown" } })
      })
    )

    it.live.each<readonly [label: string, body: string | Uint8Array]>([
      ["is null", "null"],
      ["is true", "true"],
      ["is a number", "17"],
      ["is a string", `"cloudCX2"`],
      ["is an object instead of a list", definition],
      ["is a list of lists", `[[${definition}]]`],
      ["has an entity that is null", `[${definition},null]`],
      ["has an entity without an id", `[{"description":"a"}]`],
      ["has an id that is a number", `[{"id":7}]`],
      ["is bad UTF-8", new Uint8Array([...utf8(`[{"id":"`), 0xff, 0xfe, ...utf8(`"}]`)])],
      ["is half a character at its end", new Uint8Array([...utf8(`[${definition}]`), 0xe2, 0x82])],
      ["is nested 10,000 levels deep", deep(10_000, "[", "]")],
      ["is nested 200,000 levels deep", deep(200_000, "[", "]")],
      ["is a definition nested 10,000 levels deep", `[${deep(10_000, `{"id":"a","comprises":[`, "]}")}]`]
    ])("that %s is UnexpectedResponse without a retry", ([, body]) =>
      attack(function* (server, license) {
        server.always(answer({ headers: { "content-type": "application/json" }, body }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed).toMatchObject({ attempts: 1, reason: { _tag: "UnexpectedResponse" } })
        expect(failed.message.length).toBeLessThan(600)
        // oxlint-disable-next-line no-control-regex -- they must not reach a terminal
        expect(failed.message).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
        expect(server.calls).toHaveLength(1)
      })
    )

    it.live.each<readonly [label: string, page: string]>([
      ["is a list instead of an object", "[]"],
      ["has entities that are an object", `{"entities":{}}`],
      ["has a page count beyond exact numbers", `{"pageCount":9007199254740993}`],
      ["has a page count that is a fraction", `{"pageCount":1.5}`],
      ["has a total beyond numbers", `{"total":1e999}`],
      ["has a total in a string", `{"total":"3"}`]
    ])("that %s is not a page", ([, body]) =>
      attack(function* (server, license) {
        server.always(answer({ body }))
        const failed = yield* failure(license.getUsersPage({ pageNumber: 1, pageSize: 25 }))
        expect(failed.reason._tag).toBe("UnexpectedResponse")
        expect(server.calls).toHaveLength(1)
      })
    )

    it.live("is reported with the invalid field, and only its beginning is quoted", () =>
      attack(function* (server, license) {
        server.always(answer({ body: `[${definition},{"id":7}${" ".repeat(100)}${",{}".repeat(10_000)}]` }))
        const { reason } = yield* failure(license.getDefinitions)
        expect(reason).toMatchObject({ _tag: "UnexpectedResponse", problem: expect.stringMatching(/^\[1\]\.id/) })
        expect((reason as { sample?: string }).sample!.length).toBeLessThanOrEqual(121)
      })
    )

    it.live.each<readonly [label: string, body: string | Uint8Array, headers?: Record<string, string>]>([
      ["has the content type HTML", `[${definition}]`, { "content-type": "text/html" }],
      ["has no content type", `[${definition}]`, {}],
      ["has the charset Latin-1", `[${definition}]`, { "content-type": "application/json; charset=iso-8859-1" }],
      ["has a byte order mark", `\ufeff[${definition}]`],
      ["has white space around it", `\r\n\t [${definition}] \r\n`],
      ["has unknown fields", `[{"id":"cloudCX2","new":{"a":[1]},"__proto__":{"b":1}}]`],
      ["has a huge number in an unknown field", `[{"id":"cloudCX2","seats":${"9".repeat(5_000)}}]`],
      ["has the same key twice", `[{"id":"other","id":"cloudCX2"}]`]
    ])("that %s is read", ([, body, headers = { "content-type": "application/json" }]) =>
      attack(function* (server, license) {
        server.always(answer({ headers, body }))
        expect((yield* license.getDefinitions).map(({ id }) => id)).toEqual(["cloudCX2"])
      })
    )

    it.live("with a total beyond exact numbers is read", () =>
      attack(function* (server, license) {
        server.always(answer({ body: `{"total":99999999999999999999}` }))
        expect((yield* license.getUsersPage({ pageNumber: 1, pageSize: 25 })).total).toBe(1e20)
      })
    )
  })

  it.live.each([204, 205, 201, 202, 206, 299])("of status %i without content is UnexpectedResponse", (status) =>
    attack(function* (server, license) {
      server.always(answer({ status }))
      expect((yield* failure(license.getDefinitions)).reason._tag).toBe("UnexpectedResponse")
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live.each([
    [407, /A proxy requires a login \(status 407\)/],
    [511, /network requires a login \(status 511\)/]
  ] as const)("of status %i is reported with its cause, and did not come from Genesys Cloud", ([status, said]) =>
    attack(function* (server, license) {
      server.always(answer({ status, headers: { "content-type": "text/html" }, body: "<html>Sign in" }))
      const failed = yield* failure(license.switchToggle("a"))
      // fetch itself fails at a 407, without a reason.
      if (status === 407 && name === "fetch") return expect(failed.reason._tag).toBe("OutcomeUnknown")
      expect(failed.reason).toMatchObject({ _tag: "NetworkLogin", status })
      expect(failed.message).toMatch(said)
      expect(failed.message).not.toContain("Genesys Cloud")
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live("of status 502 in HTML is a ServerError after retries", () =>
    attack(function* (server, license) {
      server.always(answer({ status: 502, headers: { "content-type": "text/html" }, body: "<html>Bad gateway" }))
      const failed = yield* failure(license.getDefinitions)
      expect(failed.reason).toMatchObject({ _tag: "ServerError", status: 502 })
      expect(server.calls).toHaveLength(4)
    })
  )

  describe("of an error", () => {
    it.live.each<readonly [label: string, body: string | Uint8Array]>([
      ["is empty", ""],
      ["is HTML", "<html>"],
      ["is null", "null"],
      ["is a list", "[]"],
      ["is bad UTF-8", new Uint8Array([0xff, 0xfe])],
      ["is half a document", `{"code":`],
      ["has a code that is a number", `{"code":7}`],
      ["has parameters that are not strings", `{"messageParams":{"a":{"b":1}}}`],
      ["has parameters with the names of prototypes", `{"messageParams":{"__proto__":"a","constructor":"b"}}`],
      ["has a status beyond exact numbers", `{"status":1e300}`],
      ["is a megabyte of text", JSON.stringify({ message: "a".repeat(1_000_000) })]
    ])("that %s is still Refused", ([, body]) =>
      attack(function* (server, license) {
        server.always(answer({ status: 400, body }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed.reason).toMatchObject({ _tag: "Refused", status: 400 })
        expect(server.calls).toHaveLength(1)
      })
    )

    it.live.each([
      ["the API", 10_000],
      ["the API", 200_000]
    ] as const)("of %s nested %i levels deep is still Refused", ([, levels]) =>
      attack(function* (server, license) {
        server.always(answer({ status: 400, body: deep(levels, `{"errors":[`, "]}") }))
        expect((yield* failure(license.getDefinitions)).reason).toMatchObject({ _tag: "Refused", status: 400 })
      })
    )

    it.live.each([
      [400, "AuthenticationFailed"],
      [500, "ServerError"]
    ] as const)("%i of the login nested 10,000 levels deep is still %s", ([status, _tag]) =>
      attack(function* (server, license) {
        server.alwaysLogin(answer({ status, body: deep(10_000, `{"errors":[`, "]}") }))
        expect((yield* failure(license.getDefinitions)).reason).toMatchObject({ _tag, status })
      })
    )

    it.live("is quoted in part, without control characters", () =>
      attack(function* (server, license) {
        server.always(error(400, { message: `bad\r\n\u001b[2Jrequest\u009b31m${"!".repeat(100_000)}` }))
        const failed = yield* failure(license.getDefinitions)
        // oxlint-disable-next-line no-control-regex -- they must not reach a terminal
        expect(failed.message).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
        expect(failed.message.length).toBeLessThan(2_000)
      })
    )
  })

  it.live("of the login nested 10,000 levels deep is an error of the login", () =>
    attack(function* (server, license) {
      server.alwaysLogin(answer({ body: `{"access_token":"a","expires_in":${deep(10_000, "[", "]")}}` }))
      server.always(json([]))
      // The token may be used or refused, but must not cause a defect.
      const exit = yield* Effect.exit(license.getDefinitions)
      if (exit._tag === "Failure") {
        expect(yield* failure(Effect.suspend(() => exit))).toMatchObject({
          operation: "authenticate",
          reason: { _tag: "UnexpectedResponse" }
        })
      }
    })
  )

  it.live.each([
    ["UTF-8", "x-note: \u20ac\ud83d\ude00"],
    ["Latin-1", "x-note: \u00e9"],
    ["a tab", "x-note: a\tb"]
  ])("is read after a header in %s", ([encoding, line]) =>
    attack(function* (server, license) {
      const head = `HTTP/1.1 200 OK\r\n${line}\r\ncontent-length: 2\r\n\r\n[]`
      server.always((_, socket) => void socket.write(Buffer.from(head, encoding === "Latin-1" ? "latin1" : "utf8")))
      expect(yield* license.getDefinitions).toEqual([])
      expect(name).toBeDefined()
    })
  )
})
