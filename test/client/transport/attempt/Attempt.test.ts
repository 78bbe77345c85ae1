import { describe, expect, it } from "@effect/vitest"
import { LicenseService } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { reply, withHeaders } from "../../answers.ts"
import { clientCredentials, failureOf, serviceOf, withAnswers } from "../../clients.ts"

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
      expect(message).toContain("it is a web page (HTML), probably from a proxy")
      expect(message).toContain("The response begins with: <html>Sign in")
    })
  )

  describe("over an HttpClient that fails at what is not 2xx", () => {
    const strict = Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, HttpClient.filterStatusOk))
    const retrying = Layer.effect(
      HttpClient.HttpClient,
      Effect.map(HttpClient.HttpClient, (http) =>
        HttpClient.retryTransient(HttpClient.filterStatusOk(http), { times: 1, schedule: Schedule.spaced("1 second") })
      )
    )
    const clientOver = (http: Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient>) =>
      serviceOf(
        LicenseService,
        LicenseService.layer({ region: "us-east-1", credentials: clientCredentials }).pipe(Layer.provide(http))
      )

    it.effect.each<readonly [number, tag: string, requests: number]>([
      [400, "Refused", 1],
      [401, "Unauthorized", 2],
      [403, "Forbidden", 1],
      [404, "NotFound", 1],
      [429, "RateLimited", 6],
      [302, "UnexpectedRedirect", 1],
      [503, "ServerError", 4]
    ])("%i is %s after %i requests", ([status, tag, requests]) =>
      withAnswers({ api: [reply(status, body)] }, function* (_, server) {
        const license = yield* clientOver(strict)
        expect(yield* failureOf(license.getDefinitions)).toMatchObject({ reason: { _tag: tag }, attempts: requests })
        expect(server.api).toHaveLength(requests)
      })
    )

    it.effect("and with failures of its own, these are failures of the connection", () =>
      withAnswers({ retries: 1 }, function* (_, server) {
        const own = Layer.effect(
          HttpClient.HttpClient,
          Effect.map(HttpClient.HttpClient, (http) =>
            // As a client with a rate limiter of its own, whatever its type says.
            HttpClient.transform(http, () => Effect.fail(new Error("the store is down") as never))
          )
        )
        const license = yield* clientOver(own)
        expect(yield* failureOf(license.getDefinitions)).toMatchObject({
          reason: { _tag: "ConnectionFailed", phase: "exchange", host: "login.mypurecloud.com" }
        })
        expect(server.requests).toEqual([])
      })
    )

    it.effect("and repeats by itself, what it gives up is what the server said", () =>
      withAnswers({ api: [reply(503, body)] }, function* (_, server) {
        const license = yield* clientOver(retrying)
        expect((yield* failureOf(license.getDefinitions)).reason).toMatchObject({
          _tag: "ServerError",
          status: 503,
          body: { code: "not.found" }
        })
        expect(server.api).toHaveLength(8)
      })
    )
  })

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
