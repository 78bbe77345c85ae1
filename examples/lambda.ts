/**
 * A function for AWS Lambda. It keeps its client from one event to the next, with the
 * token and the count of requests. The guide `docs/guide/lambda.md` bundles it into one file.
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
