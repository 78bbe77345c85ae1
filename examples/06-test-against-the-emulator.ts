/**
 * Tests a program of your own against the emulator, without sockets. The emulator has
 * only the users that the test is about, and its journal shows what the program asked for.
 *
 * You can use any test runner. This file is a program that fails if an assertion is wrong.
 */
import { NodeRuntime } from "@effect/platform-node"
import { LicenseService } from "@genesys-license/client"
import { defaultClientId, defaultClientSecret, Emulator } from "@genesys-license/emulator"
import { Console, Effect, Layer, Redacted, Stream } from "effect"
import assert from "node:assert/strict"

/** The program under test. */
const unlicensed = Effect.gen(function* () {
  const license = yield* LicenseService
  return yield* license.users().pipe(
    Stream.filter((user) => user.licenses.length === 0),
    Stream.map((user) => user.id),
    Stream.runCollect
  )
})

const client = LicenseService.layer({
  // Any region: the emulator answers whatever the host.
  region: "us-east-1",
  credentials: {
    _tag: "ClientCredentials",
    clientId: defaultClientId,
    clientSecret: Redacted.make(defaultClientSecret)
  }
})

const organization = Emulator.layerTest({
  users: [
    { id: "ada", licenses: ["cloudCX3"] },
    { id: "grace", licenses: [] }
  ]
})

const test = Effect.gen(function* () {
  assert.deepEqual(yield* unlicensed, ["grace"])

  const { journal } = yield* Emulator
  const asked = (yield* journal.requests).map(({ method, path }) => `${method} ${path}`)
  assert.deepEqual(asked, ["POST /oauth/token", "GET /api/v2/license/users"])
  yield* Console.log("The program finds who holds no license, with one page and one login.")
})

test.pipe(Effect.provide(client.pipe(Layer.provideMerge(organization))), NodeRuntime.runMain)
