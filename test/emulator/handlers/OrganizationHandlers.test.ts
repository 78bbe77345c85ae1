import { describe, expect, it } from "@effect/vitest"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import { call } from "../Caller.ts"

const me = (options?: EmulatorOptions) =>
  Effect.map(call("GET", "/api/v2/organizations/me"), ({ body }) => body).pipe(
    Effect.provide(Emulator.layerTest(options))
  )

describe("getOrganizationsMe", () => {
  it.effect("returns another organization for another seed, but not for other users", () =>
    Effect.gen(function* () {
      const acme = yield* me({ seed: "acme" })
      expect(acme).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: "acme (emulated)",
        thirdPartyOrgName: "acme",
        domain: "acme.example",
        defaultCountryCode: "US",
        state: "active",
        version: 1,
        productPlatform: "GenesysCloud"
      })
      expect(yield* me({ seed: "acme", users: 3 })).toEqual(acme)
      expect((yield* me({ seed: "acme 2" })).id).not.toBe(acme.id)
      expect((yield* me({ seed: "株式会社" })).thirdPartyOrgName).toBe("organization")
    })
  )

  it.effect("returns the configured identity, and its domain is in the email addresses", () =>
    Effect.gen(function* () {
      const organization = { id: "org-1", name: "Acme", domain: "acme.test" }
      expect(yield* me({ organization })).toMatchObject({ ...organization, thirdPartyOrgName: "genesys-license" })
      const { body } = yield* Effect.provide(call("GET", "/api/v2/users"), Emulator.layerTest({ organization }))
      for (const { email } of body.entities) expect(email).toMatch(/@acme\.test$/)
    })
  )
})
