/**
 * Serves the emulator until it is interrupted:
 *
 *     node packages/emulator/src/main.ts --port 8080 --users 5000
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Emulator } from "./Emulator.ts"
import { Server } from "./Server.ts"

const welcome = Effect.gen(function* () {
  const { host, port, url } = yield* Server
  const { oauth, organization } = yield* Emulator
  const { clientId, clientSecret } = oauth.credentials
  const users = yield* organization.users

  yield* Console.log(`Genesys Cloud License API emulator with ${users.length} users at ${url}

  export GENESYSCLOUD_GATEWAY_PROTOCOL=http
  export GENESYSCLOUD_GATEWAY_HOST=${host}
  export GENESYSCLOUD_GATEWAY_PORT=${port}
  export GENESYSCLOUD_OAUTHCLIENT_ID=${clientId}
  export GENESYSCLOUD_OAUTHCLIENT_SECRET=${Redacted.value(clientSecret)}

Ctrl-C stops it.`)
})

const whole = (name: string, minimum: number, maximum: number) =>
  Flag.Int(name).pipe(Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum, maximum }))))

const command = Command.make(
  "genesys-license-emulator",
  {
    host: Flag.String("host").pipe(Flag.withDescription("Address to listen on"), Flag.withDefault("127.0.0.1")),
    port: whole("port", 0, 65_535).pipe(
      Flag.withDescription("Port to listen on; 0 takes any that is free"),
      Flag.withDefault(8080)
    ),
    allowRemote: Flag.Boolean("allow-remote").pipe(
      Flag.withDescription("Let other machines in"),
      Flag.withDefault(false)
    ),
    users: whole("users", 0, 1_000_000).pipe(Flag.withDescription("Users of the organization"), Flag.withDefault(200)),
    seed: Flag.String("seed").pipe(
      Flag.withDescription("Decides who they are and what they hold"),
      Flag.withDefault("genesys-license")
    ),
    requestsPerMinute: whole("requests-per-minute", 1, 1_000_000).pipe(
      Flag.withDescription("Rate limit of a token"),
      Flag.withDefault(300)
    )
  },
  ({ requestsPerMinute, ...options }) =>
    welcome.pipe(
      Effect.andThen(Effect.never),
      Effect.provide(Server.layer({ ...options, rateLimit: { requests: requestsPerMinute, window: "1 minute" } })),
      Effect.mapError((cause) => new CliError.UserError({ cause, userMessage: cause.message }))
    )
).pipe(Command.withDescription("Serves a Genesys Cloud in memory that speaks the License API"))

command.pipe(Command.run({ version: "0.0.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)
