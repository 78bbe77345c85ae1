#!/usr/bin/env node
/**
 * The `genesys-license-emulator` command as a process:
 *
 *     node packages/emulator/src/main.ts --port 8080 --users 5000
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { command } from "./command/Command.ts"

command.pipe(Command.run({ version: "0.0.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain())
