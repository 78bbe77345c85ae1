import { describe, expect, it } from "@effect/vitest"
import { LicenseService } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as fc from "fast-check"
import * as Redaction from "../../../../packages/client/src/transport/call/Redaction.ts"
import { elapse } from "../../virtualTime.ts"

describe("Redaction", () => {
  it("takes a secret out of a text in every form in which a server may echo it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, unit: "binary" }), (secret) => {
        fc.pre(secret.isWellFormed() && secret.trim() !== "")
        const redaction = Redaction.make()
        redaction.keep(Redacted.make(secret))
        const echoed = [
          secret,
          JSON.stringify(secret).slice(1, -1),
          encodeURIComponent(secret),
          `${new URLSearchParams({ s: secret })}`.slice(2)
        ]
        for (const form of echoed) expect(redaction.redact(`[${form}]`)).toBe("[<redacted>]")
      })
    )
  })

  it("forgets the tokens of long ago, and never what was configured", () => {
    const redaction = Redaction.make()
    redaction.keep(Redacted.make("secret-of-the-client"))
    for (let n = 0; n <= Redaction.maxTokens; n++) redaction.note(Redacted.make(`token-number-${n}-`))
    const text = `secret-of-the-client token-number-0- token-number-1- token-number-${Redaction.maxTokens}-`
    expect(redaction.redact(text)).toBe("<redacted> token-number-0- <redacted> <redacted>")
  })

  it("does not forget a token that is used again and again", () => {
    const redaction = Redaction.make()
    const refreshToken = Redacted.make("refresh-token-of-the-session")
    for (let n = 0; n <= 2 * Redaction.maxTokens; n++) {
      redaction.note(refreshToken)
      redaction.note(Redacted.make(`token-number-${n}-`))
    }
    expect(redaction.redact("refresh-token-of-the-session")).toBe("<redacted>")
  })

  it("takes out what the request carried in headers, but for what every request carries", () => {
    const sent = Headers.fromInput({
      accept: "application/json",
      "user-agent": "acme genesys-license",
      "x-api-key": "sk-0123456789",
      "x-on": "true"
    })
    expect(Redaction.make().redact("sk-0123456789 application/json acme genesys-license true", sent)).toBe(
      "<redacted> application/json acme genesys-license true"
    )
  })

  it.effect("knows the refresh token in use, however many access tokens came after it", () => {
    const logins: Array<string> = []
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (!`${input instanceof Request ? input.url : input}`.endsWith("/oauth/token")) return Response.json([])
      logins.push(await new Response(init!.body).text())
      // It echoes what it was sent.
      if (logins.length > 2 * Redaction.maxTokens) {
        return Response.json({ error: "invalid_request", description: logins.at(-1) }, { status: 400 })
      }
      const refreshToken = logins.length === 1 ? { refresh_token: "CANARY-refresh-token-of-long-ago" } : {}
      return Response.json({ access_token: `CANARY-access-${logins.length}`, expires_in: 60, ...refreshToken })
    }
    const layer = LicenseService.layer({
      region: "us-east-1",
      credentials: { _tag: "Pkce", clientId: "c", code: secret("code"), codeVerifier: secret("v"), redirectUri: "a:b" }
    })
    return Effect.gen(function* () {
      const license = yield* LicenseService
      for (let n = 1; n <= 2 * Redaction.maxTokens; n++) {
        yield* license.getDefinitions
        yield* Effect.sleep("1 minute")
      }
      const error = yield* Effect.flip(license.getDefinitions)
      expect(logins.at(-1)).toContain("CANARY-refresh-token-of-long-ago")
      expect(error.message).toContain("refresh_token=<redacted>")
      expect(error.message).not.toContain("long-ago")
    }).pipe(
      Effect.provide(
        layer.pipe(Layer.provide(FetchHttpClient.layer), Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch)))
      ),
      elapse
    )
  })
})

const secret = (name: string) => Redacted.make(`CANARY-${name}-of-the-user`)
