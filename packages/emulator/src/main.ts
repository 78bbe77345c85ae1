#!/usr/bin/env node
/**
 * The entry point of the `genesys-license-emulator` command:
 *
 *     node packages/emulator/src/main.ts --port 8080 --users 5000
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { command } from "./command/Command.ts"

const packageJson = Effect.gen(function* () {
  const file = yield* (yield* Path.Path).fromFileUrl(new URL("../package.json", import.meta.url))
  return JSON.parse(yield* (yield* FileSystem.FileSystem).readFileString(file)) as { readonly version: string }
})

packageJson.pipe(
  Effect.flatMap(({ version }) => Command.run(command, { version })),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain()
)
