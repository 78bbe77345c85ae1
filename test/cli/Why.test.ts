import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { runHere } from "./run.ts"

const options = {
  roles: [
    { id: "agent", name: "Agent", permissions: ["routing:queue:join", "routing:queue:view"] },
    { id: "supervisor", name: "Supervisor", permissions: ["routing:queue:view", "performance:insights:view"] }
  ],
  users: [
    { id: "ann", licenses: ["cloudCX2", "communicate", "wallboardUser"] },
    { id: "bob", licenses: [] },
    { id: "bot", licenses: ["cloudCX2"] }
  ],
  people: [
    { id: "ann", name: "Ann Example", email: "ann@example.com", roles: ["agent"] },
    { id: "bob", name: "Bob", email: "shared@example.com", roles: [] },
    { id: "bot", name: "Bot", email: "Shared@example.com", roles: ["agent"] }
  ]
}

const organization = Server.layer(options)

const none =
  "No role of this user needs it. It was assigned manually, or auto-license is off; the API does not say which."

describe("why", () => {
  it.live("shows for each license the roles that bring it, and their permissions", () =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* runHere("why", "ANN@example.com")
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
      expect(stdout).toBe(
        [
          "Ann Example, ann@example.com, ann",
          "",
          "cloudCX2",
          "  Agent (assigned to the user)",
          "    routing:queue:join",
          "    routing:queue:view",
          "",
          "communicate",
          `  ${none} It belongs to cloudCX2, which a role needs.`,
          "",
          "wallboardUser",
          `  ${none}`,
          ""
        ].join("\n")
      )
      expect((yield* runHere("why", "ann")).stdout).toBe(stdout)
    }).pipe(Effect.provide(organization))
  )

  it.live("shows the groups through which the user has a role", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      const group = { id: "g1", type: "PC_GROUP" }
      yield* faults.add(
        {
          operation: "getUsers",
          fault: { type: "patch", operations: [{ op: "add", path: "/entities/0/groups", value: [{ id: "g1" }] }] }
        },
        {
          operation: "getAuthorizationRoleSubjectgrants",
          fault: { type: "patch", operations: [{ op: "add", path: "/entities/0", value: group }] }
        }
      )
      expect((yield* runHere("why", "ann")).stdout).toContain("  Agent (assigned to the user and through group g1)\n")
      expect((yield* runHere("why", "ann", "--format", "csv")).stdout.split("\r\n")[1]).toBe(
        "cloudCX2,Agent,true,g1,routing:queue:join routing:queue:view,agent,"
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("says when the server tells neither how the role came nor which roles there are", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      yield* faults.add({
        operation: "getAuthorizationRoleSubjectgrants",
        fault: { type: "response", json: { entities: [], total: 0 } }
      })
      expect((yield* runHere("why", "ann")).stdout).toContain(
        "  Agent (the API does not say how the user got this role)\n"
      )
      yield* faults.add({
        operation: "getUsers",
        fault: { type: "patch", operations: [{ op: "remove", path: "/entities/0/authorization" }] }
      })
      expect((yield* runHere("why", "bot")).stdout).toContain(
        "cloudCX2\n  Genesys Cloud did not return the roles of this user.\n"
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("shows the first permissions of many, and all of them in the other formats", () =>
    Effect.gen(function* () {
      const { stdout } = yield* runHere("why", "ann")
      expect(stdout.match(/^ {4}\w+:\w+:\w+$/gm)).toHaveLength(10)
      expect(stdout).toContain("    and 3 more permissions\n")
      const json = JSON.parse((yield* runHere("why", "ann", "--format", "json")).stdout)
      expect(json.licenses[0].roles[0].permissions).toHaveLength(13)
      expect(json).toMatchObject({ version: 1, userId: "ann", roles: [{ id: "agent", name: "Agent" }] })
    }).pipe(
      Effect.provide(
        Server.layer({
          users: [{ id: "ann", licenses: ["cloudCX2"] }],
          people: [{ id: "ann", roles: ["agent"] }],
          roles: [
            {
              id: "agent",
              name: "Agent",
              permissions: [
                "routing:queue:join",
                "routing:queue:member",
                "routing:queue:view",
                "analytics:conversationDetail:view",
                "analytics:queueObservation:view",
                "architect:flow:view",
                "conversation:email:create",
                "conversation:message:create",
                "conversation:webchat:accept",
                "outbound:campaign:view",
                "quality:evaluation:view",
                "recording:recording:view",
                "scripter:publishedScript:view"
              ]
            }
          ]
        })
      )
    )
  )

  it.live("says of a license that no role brings in CSV and NDJSON, too", () =>
    Effect.gen(function* () {
      const csv = yield* runHere("why", "ann", "--format", "csv")
      expect(csv.stdout.split("\r\n").at(-2)).toBe(`wallboardUser,,,,,,"${none}"`)
      const ndjson = yield* runHere("why", "ann", "--format", "ndjson")
      expect(JSON.parse(ndjson.stdout.trim().split("\n").at(-1)!)).toEqual({ licenseId: "wallboardUser", note: none })
    }).pipe(Effect.provide(organization))
  )

  it.live("says that somebody holds nothing", () =>
    Effect.gen(function* () {
      expect((yield* runHere("why", "bob")).stdout).toBe(
        "Bob, shared@example.com, bob\n\nThis user holds no license.\n"
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("finds somebody inactive by e-mail, and says that no role brings what they hold", () =>
    Effect.gen(function* () {
      expect((yield* runHere("why", "left@example.com")).stdout).toBe(`left@example.com, left\n\ncloudCX2\n  ${none}\n`)
    }).pipe(
      Effect.provide(
        Server.layer({
          users: [{ id: "left", licenses: ["cloudCX2"] }],
          people: [{ id: "left", name: null, email: "left@example.com", state: "inactive" }]
        })
      )
    )
  )

  it.live("fails for somebody who is not there, and for an e-mail address that two people have", () =>
    Effect.gen(function* () {
      const said = (user: string) =>
        Effect.map(runHere("why", user), ({ exitCode, stderr, stdout }) => {
          expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
          return stderr
        })
      expect(yield* said("nobody")).toBe('There is no user "nobody" in this organization.\n')
      expect(yield* said("nobody@example.com")).toBe(
        'No user in the directory has the e-mail address "nobody@example.com". For a deleted user, pass the id.\n'
      )
      expect(yield* said("shared@example.com")).toBe(
        "2 people have the e-mail address shared@example.com: Bob (user bob), Bot (user bot). Give the user id of the person that you mean.\n"
      )
    }).pipe(Effect.provide(organization))
  )
})
