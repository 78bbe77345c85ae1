/**
 * A function of AWS Lambda. It comes as one file, and keeps its client, with the token
 * and the count of requests, from one event to the next.
 */
import { LicenseService } from "@genesys-license/client"
import { Layer, ManagedRuntime } from "effect"
import { FetchHttpClient } from "effect/http"

const runtime = ManagedRuntime.make(LicenseService.layerConfig.pipe(Layer.provide(FetchHttpClient.layer)))

/** The licenses of the user that the event names. */
export const handler = async (event: { readonly userId: string }) => {
  const user = await runtime.runPromise(LicenseService.use((license) => license.getUser(event.userId)))
  return user.licenses.map(({ id }) => id)
}
