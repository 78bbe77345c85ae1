/**
 * The call with undici. The first argument is the address of the emulator, as JSON.
 */
import { LicenseService } from "@genesys-license/client"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer } from "./call.ts"

const total = await LicenseService.use((license) => license.getUsersPage({ pageNumber: 1, pageSize: 5 })).pipe(
  Effect.map(({ total }) => total ?? 0),
  Effect.provide(layer(JSON.parse(process.argv[2]!)).pipe(Layer.provide(UndiciHttpClient.layer))),
  Effect.runPromise
)
console.log(total)
