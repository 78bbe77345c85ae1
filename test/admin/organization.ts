/**
 * An organization to administer: the emulator, a client of it, and a machine to do
 * it on. Time stands still, and the rate limit is out of the way.
 */
import { GenesysTransport, LicenseService, RoleService, UserService } from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { AdminError, type Reason } from "../../packages/admin/src/AdminError.ts"
import { clientCredentials } from "../client/clients.ts"
import { Machine } from "./Machine.ts"

export type Wire = (client: HttpClient.HttpClient) => HttpClient.HttpClient

const limit = 1_000_000

const layerClient = Layer.mergeAll(
  LicenseService.layerTransport,
  RoleService.layerTransport,
  UserService.layerTransport
).pipe(
  Layer.provide(
    GenesysTransport.layer({
      region: "us-east-1",
      credentials: clientCredentials,
      rateLimit: { limit, window: "1 minute" },
      retries: 0
    })
  )
)

type Services = LicenseService | RoleService | UserService

/** Runs a program against an organization. */
export const inOrganization =
  (
    emulator: EmulatorOptions = {},
    { machine = new Machine(), wire = machine.wire }: { readonly machine?: Machine; readonly wire?: Wire } = {}
  ) =>
  <A, E>(program: Effect.Effect<A, E, Services | Emulator | FileSystem.FileSystem>) =>
    program.pipe(
      Effect.provide(
        layerClient.pipe(
          Layer.provideMerge(Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, wire))),
          Layer.provideMerge(Emulator.layerTest({ rateLimit: { requests: limit, window: "1 minute" }, ...emulator })),
          Layer.provideMerge(machine.layerFiles)
        )
      )
    )

/** The same, outside of a test of Effect's: for properties. */
export const run = <A, E>(program: Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.provide(program, TestClock.layer()))

export const user = (id: string, ...licenses: ReadonlyArray<string>): UserLicenses => ({ id, licenses })

/** Who holds what now, in order. */
export const held = Effect.gen(function* () {
  const { organization } = yield* Emulator
  const users = yield* organization.users
  return Object.fromEntries(users.map(({ id, licenses }) => [id, [...licenses].sort()]))
})

/** The reason for which something must fail. */
export const reasonOf = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Reason, never, R> =>
  Effect.map(Effect.orDie(Effect.flip(effect)), (error) => {
    if (error instanceof AdminError) return error.reason
    throw error
  })

/** How often each operation was asked for. */
export const asked = Effect.gen(function* () {
  const { journal } = yield* Emulator
  const counts: Record<string, number> = {}
  for (const { operation = "none" } of yield* journal.requests) counts[operation] = (counts[operation] ?? 0) + 1
  return counts
})
