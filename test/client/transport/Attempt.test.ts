import { describe, expect, it } from "@effect/vitest"
import { reply, withHeaders } from "../answers.ts"
import { failureOf, withAnswers } from "../clients.ts"

const body = JSON.stringify({ message: "No.", code: "not.found", contextId: "of-the-body" })
const cap = 64 * 1024 * 1024

describe("Exchange", () => {
  it.effect.each([
    [{ "inin-correlation-id": "of-the-header" }, "", "of-the-header"],
    [{ "genesys-correlation-id": "of-the-header" }, "", "of-the-header"],
    [{ "inin-correlation-id": "one", "genesys-correlation-id": "other" }, "", "one"],
    [{}, body, "of-the-body"],
    [{ "inin-correlation-id": "of-the-header" }, body, "of-the-header"],
    [{}, "", undefined]
  ] as const)("keeps the correlation id of %j and %j: %s", ([headers, text, correlationId]) =>
    withAnswers({ api: [reply(404, text, headers)] }, function* (license) {
      expect((yield* failureOf(license.getDefinitions)).correlationId).toBe(correlationId)
    })
  )

  it.effect("keeps the correlation id of the last answer", () =>
    withAnswers(
      { api: [reply(503, "", { "inin-correlation-id": "first" }), reply(404, "", { "inin-correlation-id": "last" })] },
      function* (license) {
        expect((yield* failureOf(license.getDefinitions)).correlationId).toBe("last")
      }
    )
  )

  it.effect("says of a web page that something in between has sent it", () =>
    withAnswers({ api: [reply(200, "<html>Sign in to the network</html>")] }, function* (license) {
      const { message } = yield* failureOf(license.getDefinitions)
      expect(message).toContain("a web page of something in between")
      expect(message).toContain("It began with: <html>Sign in")
    })
  )

  it.effect("takes a body of 64 MiB", () =>
    withAnswers({ api: [withHeaders({ "content-length": `${cap}` })] }, function* (license) {
      expect(yield* license.getDefinitions).toEqual([])
    })
  )

  it.effect("takes no body of one byte more", () =>
    withAnswers({ api: [withHeaders({ "content-length": `${cap + 1}` })] }, function* (license) {
      const { reason } = yield* failureOf(license.getDefinitions)
      expect(reason).toMatchObject({ _tag: "ResponseTooLarge", limit: cap })
    })
  )
})
