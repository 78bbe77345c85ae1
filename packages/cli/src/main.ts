#!/usr/bin/env node
/**
 * The entry point of the `genesys-license` process:
 *
 *     node packages/cli/src/main.ts audit
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { run } from "./Command.ts"
import * as Heap from "./Heap.ts"
import * as Signals from "./terminal/Signals.ts"

Heap.keepSmall()
run(process.argv.slice(2)).pipe(
  Effect.provide(NodeServices.layer),
  Signals.interruptible,
  NodeRuntime.runMain({ teardown: Signals.teardown })
)
