import { describe, expect, it } from "@effect/vitest"
import * as Headers from "effect/http/Headers"
import * as Redacted from "effect/Redacted"
import * as fc from "fast-check"
import * as Redaction from "../../../packages/client/src/transport/Redaction.ts"

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
    for (let n = 0; n <= Redaction.lately; n++) redaction.note(Redacted.make(`token-number-${n}-`))
    const text = `secret-of-the-client token-number-0- token-number-1- token-number-${Redaction.lately}-`
    expect(redaction.redact(text)).toBe("<redacted> token-number-0- <redacted> <redacted>")
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
})
