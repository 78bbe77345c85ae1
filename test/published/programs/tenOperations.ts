/**
 * A program that uses all ten operations of the License API.
 */
import { LicenseService } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { layer, type Place } from "./call.ts"

const program = LicenseService.use((license) =>
  Effect.all([
    license.getDefinitions,
    license.getDefinition("cloudCX3"),
    license.getUser("ann"),
    Stream.runCollect(license.users()),
    license.getUsers(["ann"]),
    license.inferFromRoles(["role"]),
    license.inferFromPermissions(["authorization:license:view"]),
    license.updateAssignments([{ licenseId: "cloudCX3", userIdsAdd: ["ann"], userIdsRemove: [] }]),
    license.getToggle("feature"),
    license.switchToggle("feature")
  ])
)

export const all = (place: Place) =>
  program.pipe(Effect.provide(layer(place).pipe(Layer.provide(FetchHttpClient.layer))), Effect.runPromise)
