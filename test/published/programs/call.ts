/**
 * A small program that reads users and licenses, for every JavaScript runtime with fetch.
 */
import { LicenseService } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

/** The address of the emulator, and the credentials. */
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

/** Returns the number of users, with the fetch of the runtime. */
export const call = (place: Place): Promise<number> =>
  LicenseService.use((license) => license.getUsersPage({ pageNumber: 1, pageSize: 5 })).pipe(
    Effect.map(({ total }) => total ?? 0),
    Effect.provide(layer(place).pipe(Layer.provide(FetchHttpClient.layer))),
    Effect.runPromise
  )
