/**
 * For a program with promises: a `ManagedRuntime` holds the client, with its token and
 * its count of requests, as long as the program runs.
 */
import { LicenseService } from "@genesys-license/client"
import { ManagedRuntime } from "effect"
import * as Organization from "./organization.ts"

const runtime = ManagedRuntime.make(Organization.layer)

const definitions = await runtime.runPromise(LicenseService.use((license) => license.getDefinitions))
console.log(definitions.map((definition) => definition.id).join(", "))

// An AbortSignal interrupts the call and closes its socket.
const page = await runtime.runPromise(
  LicenseService.use((license) => license.getUsersPage({ pageNumber: 1, pageSize: 5 })),
  { signal: AbortSignal.timeout(10_000) }
)
console.log(`${page.entities.length} of ${page.total} users`)

await runtime.dispose()
