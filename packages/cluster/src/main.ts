#!/usr/bin/env node
/**
 * The `genesys-license-cluster` command as a process:
 *
 *     node packages/cluster/src/main.ts worker orgs.json
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { run } from "./command/Command.ts"
import { teardown } from "./command/Teardown.ts"

/** What the package says of itself. */
const manifest = Effect.gen(function* () {
  const file = yield* (yield* Path.Path).fromFileUrl(new URL("../package.json", import.meta.url))
  return JSON.parse(yield* (yield* FileSystem.FileSystem).readFileString(file)) as { readonly version: string }
})

manifest.pipe(
  Effect.flatMap(({ version }) => run(process.argv.slice(2), version)),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ teardown })
)
