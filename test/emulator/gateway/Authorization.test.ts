/** The emulator enforces the scopes and permissions of the contract, for every operation. */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { type Endpoint, endpoints } from "@genesys-license/schema/GenesysCloudApi"
import * as Operation from "@genesys-license/schema/Operation"
import * as Effect from "effect/Effect"
import { call } from "../Caller.ts"

/** The resource need not exist, because the emulator checks scopes and permissions first. */
const ask = (endpoint: Endpoint, options?: Parameters<typeof call>[2]) =>
  Effect.map(call(endpoint.method, endpoint.path.replaceAll(/:\w+/g, "some"), options), ({ body, status }) =>
    status === 403 ? body.code : "permitted"
  )

const withPermissions = (permissions: ReadonlyArray<string>) =>
  Effect.provide(Emulator.layerTest({ clients: [{ id: "some", permissions }] }))

describe.each(endpoints)("$identifier", (endpoint) => {
  const { permissions, scopes } = Operation.of(endpoint)

  it.effect(`accepts a user's token with ${scopes.join(" or ")}, and refuses other scopes`, () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      for (const scope of scopes) {
        expect(yield* ask(endpoint, { token: yield* oauth.issue({ scopes: [scope] }) })).toBe("permitted")
      }
      const token = yield* oauth.issue({ scopes: ["analytics"] })
      expect(yield* ask(endpoint, { token })).toBe("app.not.authorized.for.scope")
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  if (permissions.length === 0) {
    it.effect("needs no permission", () =>
      Effect.gen(function* () {
        expect(yield* ask(endpoint)).toBe("permitted")
      }).pipe(withPermissions([]))
    )
  } else {
    it.effect("refuses a client without a permission", () =>
      Effect.gen(function* () {
        expect(yield* ask(endpoint)).toBe("missing.any.permissions")
      }).pipe(withPermissions(["analytics:queueObservation:view", "authorization:*", "*"]))
    )

    it.effect.each([...permissions, ...permissions.map((permission) => permission.replace(/:.*/, ":*:*"))])(
      "accepts %s",
      (permission) =>
        Effect.gen(function* () {
          expect(yield* ask(endpoint)).toBe("permitted")
        }).pipe(withPermissions([permission]))
    )
  }
})
