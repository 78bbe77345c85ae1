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
import type * as Exit from "effect/Exit"
import * as Runtime from "effect/Runtime"
import { command } from "./Command.ts"

/** How the command ended, a signal that came meanwhile notwithstanding. */
let ended: Exit.Exit<unknown, unknown> | undefined

command.pipe(
  Command.run({ version: "0.0.0" }),
  Effect.provide(NodeServices.layer),
  Effect.onExit((exit) =>
    Effect.sync(() => {
      ended = exit
    })
  ),
  // A signal interrupts what lets itself be interrupted: see `exec`.
  Effect.uninterruptible,
  NodeRuntime.runMain({ teardown: (exit, onExit) => Runtime.defaultTeardown(ended ?? exit, onExit) })
)
