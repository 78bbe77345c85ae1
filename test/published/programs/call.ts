/**
 * A program of one page: who holds what, from any JavaScript runtime that has a fetch.
 */
import { LicenseService } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

/** Where the emulator is, and who asks. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly clientId: string
  readonly clientSecret: string
}

export const layer = ({ clientId, clientSecret, host, port }: Place) =>
  LicenseService.layer({
    gateway: { protocol: "http", host, port },
    credentials: { _tag: "ClientCredentials", clientId, clientSecret: Redacted.make(clientSecret) }
  })

/** How many users there are, asked over the fetch of the runtime. */
export const call = (place: Place): Promise<number> =>
  LicenseService.use((license) => license.getUsersPage({ pageNumber: 1, pageSize: 5 })).pipe(
    Effect.map(({ total }) => total ?? 0),
    Effect.provide(layer(place).pipe(Layer.provide(FetchHttpClient.layer))),
    Effect.runPromise
  )
