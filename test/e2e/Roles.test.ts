/** The commands for roles as processes of their own. */
import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { environment } from "../cli/run.ts"
import * as Processes from "../support/processes.ts"

const timeout = 90_000

const organization = Server.layer({
  roles: [
    { id: "r1", name: "Agent", permissions: ["routing:queue:join"] },
    { id: "r2", name: "Supervisor", permissions: ["performance:insights:view"] }
  ],
  users: [{ id: "u1", licenses: ["cloudCX2", "wallboardUser"] }],
  people: [{ id: "u1", name: "Ann", email: "ann@example.com", roles: ["r1"] }]
})

describe("as a process", () => {
  const commands: ReadonlyArray<readonly [args: ReadonlyArray<string>, lines: ReadonlyArray<string>]> = [
    [
      ["roles", "--format", "csv"],
      [
        "name,people,licenses,permissions,roleId",
        "Agent,1,cloudCX2,routing:queue:join,r1",
        "Supervisor,0,cloudCX3,performance:insights:view,r2"
      ]
    ],
    [
      ["infer", "--role", "supervisor", "--format", "csv"],
      ["roleId,name,licenses", "r2,Supervisor,cloudCX3"]
    ],
    [
      ["why", "ann@example.com", "--format", "csv"],
      [
        "licenseId,role,direct,groups,permissions,roleId,note",
        "cloudCX2,Agent,true,,routing:queue:join,r1,",
        'wallboardUser,,,,,,"No role of this user needs it. It was assigned manually, or auto-license is off; the API does not say which."'
      ]
    ]
  ]
  for (const [args, lines] of commands) {
    it.live(
      `${args.join(" ")} writes its result and nothing else`,
      () =>
        Effect.gen(function* () {
          const env = yield* environment
          const { exitCode, stderr, stdout } = yield* Processes.runFile("packages/cli/src/main.ts", args, { env })
          expect({ exitCode, stderr, stdout }).toEqual({
            exitCode: 0,
            stderr: "",
            stdout: lines.map((line) => `${line}\r\n`).join("")
          })
        }).pipe(Effect.provide(organization)),
      timeout
    )
  }
})
