/**
 * Calls an operation that this library does not know. Describe it in a small API of your
 * own: the call then has the token, the rate limit, the retries and the errors of the
 * transport.
 */
import { NodeRuntime } from "@effect/platform-node"
import { GenesysTransport } from "@genesys-license/client"
import { Console, Effect, Schema } from "effect"
import { HttpApi, HttpApiClient, HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import * as Organization from "./organization.ts"

/** The part of the directory that this program needs. */
const Directory = HttpApi.make("Directory").add(
  HttpApiGroup.make("directory").add(
    HttpApiEndpoint.get("getColleagues", "/api/v2/users", {
      query: { pageSize: Schema.Int, pageNumber: Schema.Int },
      success: Schema.Struct({
        entities: Schema.Array(Schema.Struct({ name: Schema.String, department: Schema.optionalKey(Schema.String) })),
        total: Schema.Int
      })
    })
  )
)

const program = Effect.gen(function* () {
  const { httpClient } = yield* GenesysTransport
  const { directory } = yield* HttpApiClient.makeWith(Directory, { httpClient })

  const page = yield* directory.getColleagues({ query: { pageSize: 3, pageNumber: 1 } })
  yield* Console.log(`${page.total} colleagues, ${page.entities.map(({ name }) => name).join(", ")} among them`)

  // It works without a schema, too. An answer that is not 2xx is a GenesysError, as everywhere.
  yield* httpClient
    .get("/api/v2/no/such/operation")
    .pipe(Effect.catchReason("GenesysError", "NotFound", (_, error) => Console.log(error.message)))
})

program.pipe(Effect.provide(Organization.layer), NodeRuntime.runMain)
