/** `LicenseService` with all its policies and a stream of users. Imports single modules, as a small program does. */
import { LicenseService } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { pathOf } from "../organization.ts"
import type { Open } from "./contender.ts"

export const open =
  (http: Layer.Layer<HttpClient.HttpClient>): Open =>
  async (port, organization) => {
    const runtime = ManagedRuntime.make(
      LicenseService.layer({
        gateway: { protocol: "http", host: "127.0.0.1", port, apiPath: pathOf(organization) },
        credentials: { _tag: "ClientCredentials", clientId: "id", clientSecret: Redacted.make("secret") },
        // Applies until the first answer contains the limit of the server, which is never reached.
        rateLimit: { limit: 100_000_000, window: "1 minute" }
      }).pipe(Layer.provide(http))
    )
    const license = await runtime.runPromise(LicenseService)
    return {
      readAll: (concurrency, pageSize) =>
        runtime.runPromise(
          Stream.runFold(
            license.users({ concurrency, pageSize }),
            () => ({ users: 0, licenses: 0 }),
            (found, user) => {
              found.users += 1
              found.licenses += user.licenses.length
              return found
            }
          )
        ),
      lookUp: async (userIds) => {
        const one = (userId: string) => Effect.flatMap(license.getUserLicenses(userId), Effect.fromOption)
        const answers = await runtime.runPromise(Effect.forEach(userIds, one, { concurrency: "unbounded" }))
        return { users: answers.length, licenses: answers.flat().length }
      },
      close: () => runtime.dispose()
    }
  }
