import { assert, describe, it } from "@effect/vitest"
import * as schema from "@genesys-license/schema"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { TestSchema } from "effect/testing"
import * as fc from "fast-check"
import { bodies } from "./bodies.ts"
import { anyJson, damaged } from "./generators.ts"

// Fixed, so that a run repeats: a failure here is one that everybody sees.
const seed = 20_260_723

const codecs = Object.entries(schema)
  .filter(([, value]) => Schema.isSchema(value))
  .map(([name, codec]) => ({ name, codec: codec as unknown as Schema.Codec<unknown, unknown> }))

const throughText = (json: unknown): unknown => JSON.parse(JSON.stringify(json))

describe("the package", () => {
  it("has a generated body for every schema that reads one", () => {
    const withoutBody = codecs.map(({ name }) => name).filter((name) => !(name in bodies))
    const strings = ["LicenseId", "PathSegment", "PermissionId", "RoleId", "UserId"]
    const forms = [
      "AuthorizationCodeGrant",
      "ClientCredentialsGrant",
      "RefreshTokenGrant",
      "Saml2BearerGrant",
      "TokenRequest"
    ]
    assert.sameMembers(withoutBody, [...strings, ...forms])
  })
})

describe.each(codecs)("$name", ({ codec, name }) => {
  const equal = Schema.toEquivalence(codec)

  it.effect("reads again what it writes", () =>
    new TestSchema.Asserts(codec).verifyRoundTripEffect({ seed, runs: 100 })
  )

  it.effect.prop(
    "reads again what it writes as JSON text",
    [codec],
    ([value]) =>
      Effect.gen(function* () {
        const written = yield* Schema.encodeEffect(codec)(value)
        const read = yield* Schema.decodeUnknownEffect(codec)(throughText(written))
        return equal(read, value)
      }),
    { arbitrary: { seed, runs: 100 } }
  )

  it("reads or refuses any JSON, and never breaks", () => {
    const body = name in bodies ? bodies[name as keyof typeof bodies] : undefined
    const json = body ? fc.oneof(anyJson, damaged(body)) : anyJson
    fc.assert(
      fc.property(json, (json) => {
        const exit = Schema.decodeUnknownExit(codec)(json)
        if (Exit.isFailure(exit)) {
          return exit.cause.reasons.every((reason) => Cause.isFailReason(reason) && Schema.isSchemaError(reason.error))
        }
        const again = Schema.decodeUnknownSync(codec)(Schema.encodeSync(codec)(exit.value))
        return equal(again, exit.value)
      }),
      { seed, numRuns: 300 }
    )
  })
})
