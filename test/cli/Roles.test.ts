import { describe, expect, it } from "@effect/vitest"
import { defaultClient } from "@genesys-license/emulator"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { environment, run, runHere } from "./run.ts"

const agent = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa1"
const supervisor = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa2"
const free = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa3"

const options = {
  roles: [
    { id: agent, name: "Agent", permissions: ["routing:queue:join", "routing:queue:view"] },
    { id: supervisor, name: "Supervisor", permissions: ["routing:queue:view", "performance:insights:view"] },
    { id: free, name: "Team Supervisor", permissions: [] }
  ],
  users: [
    { id: "ann", licenses: ["cloudCX3"] },
    { id: "bob", licenses: ["cloudCX2"] }
  ],
  people: [
    { id: "ann", name: "Ann", email: "ann@example.com", roles: [agent, supervisor] },
    { id: "bob", name: "Bob", email: "bob@example.com", roles: [agent] }
  ]
}

const organization = Server.layer(options)

/** What somebody gets whose client may read licenses and nothing of roles. */
const withoutRoles = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
  const secret = "secret-of-a-viewer"
  const env = yield* environment
  return yield* run(args, { ...env, GENESYSCLOUD_OAUTHCLIENT_ID: "viewer", GENESYSCLOUD_OAUTHCLIENT_SECRET: secret })
})

const viewer = { id: "viewer", secret: "secret-of-a-viewer", permissions: ["authorization:license:view"] }
const withViewer = Server.layer({ ...options, clients: [defaultClient, viewer] })

const lacksRoles =
  /^getAuthorizationRoles: The OAuth client lacks a permission\. Give one of its roles authorization:role:view\. \[correlation id .*\]\n$/

describe("roles", () => {
  const formats: ReadonlyArray<readonly [args: ReadonlyArray<string>, stdout: ReadonlyArray<string>]> = [
    [
      [],
      [
        "name              people   licenses   permissions                             roleId",
        `Agent                  2   cloudCX2   routing:queue:join routing:queue:view   ${agent}`,
        `Supervisor             1   cloudCX3   performance:insights:view               ${supervisor}`,
        `Team Supervisor        0                                                      ${free}`,
        ""
      ]
    ],
    [
      ["--list", "5", "--format", "csv"],
      [
        "name,people,licenses,permissions,who,roleId\r",
        `Agent,2,cloudCX2,routing:queue:join routing:queue:view,"Ann, Bob",${agent}\r`,
        `Supervisor,1,cloudCX3,performance:insights:view,Ann,${supervisor}\r`,
        `Team Supervisor,0,,,,${free}\r`,
        ""
      ]
    ],
    [
      ["--format", "ndjson"],
      [
        `{"name":"Agent","people":2,"licenses":["cloudCX2"],"permissions":["routing:queue:join","routing:queue:view"],"roleId":"${agent}"}`,
        `{"name":"Supervisor","people":1,"licenses":["cloudCX3"],"permissions":["performance:insights:view"],"roleId":"${supervisor}"}`,
        `{"name":"Team Supervisor","people":0,"licenses":[],"permissions":[],"roleId":"${free}"}`,
        ""
      ]
    ]
  ]
  for (const [args, lines] of formats) {
    it.live(`${args.join(" ")} lists who has each role, and what it costs`, () =>
      Effect.gen(function* () {
        expect(yield* runHere("roles", ...args)).toEqual({ exitCode: 0, stderr: "", stdout: lines.join("\n") })
      }).pipe(Effect.provide(organization))
    )
  }

  it.live("--format json has the permissions by license, and names people only if asked to", () =>
    Effect.gen(function* () {
      const [quiet, naming] = yield* Effect.all([
        runHere("roles", "--format", "json"),
        runHere("roles", "--format", "json", "--list", "1")
      ])
      const first = {
        roleId: agent,
        name: "Agent",
        people: 2,
        costs: [{ licenseId: "cloudCX2", permissions: ["routing:queue:join", "routing:queue:view"] }]
      }
      expect(JSON.parse(quiet.stdout)).toMatchObject({ version: 1, people: 2, unknown: 0 })
      expect(JSON.parse(quiet.stdout).roles[0]).toEqual(first)
      expect(JSON.parse(naming.stdout).roles[0]).toEqual({ ...first, listed: [{ userId: "ann", name: "Ann" }] })
    }).pipe(Effect.provide(organization))
  )

  it.live("--unused adds the permissions that cost a license and that nobody uses", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      const operations = [
        { op: "add", path: "/unusedPermissions", value: ["routing:queue:join", "other:of:it"] } as const
      ]
      yield* faults.add({ operation: "getAuthorizationRole", nth: 1, fault: { type: "patch", operations } })
      expect((yield* runHere("roles", "--unused", "--format", "csv", "--concurrency", "1")).stdout).toBe(
        [
          "name,people,licenses,permissions,unused,roleId",
          `Agent,2,cloudCX2,routing:queue:join routing:queue:view,routing:queue:join,${agent}`,
          `Supervisor,1,cloudCX3,performance:insights:view,,${supervisor}`,
          `Team Supervisor,0,,,,${free}`,
          ""
        ].join("\r\n")
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("says of how many users the roles are not known", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      yield* faults.add({
        operation: "getUsers",
        fault: { type: "patch", operations: [{ op: "remove", path: "/entities/0/authorization" }] }
      })
      const { exitCode, stderr } = yield* runHere("roles")
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: "Genesys Cloud did not return the roles of 1 of 2 active users. No role counts them.\n"
      })
    }).pipe(Effect.provide(organization))
  )

  it.live("names the permission that is missing", () =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* withoutRoles("roles")
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
      expect(stderr).toMatch(lacksRoles)
    }).pipe(Effect.provide(withViewer))
  )
})

describe("infer", () => {
  it.live("takes names of roles in any case, beside ids", () =>
    Effect.gen(function* () {
      const roles = ["SUPERVISOR", agent, "team supervisor"].flatMap((role) => ["--role", role])
      const { exitCode, stderr, stdout } = yield* runHere("infer", ...roles, "--format", "csv")
      expect({ exitCode, stderr, stdout: stdout.split("\r\n") }).toEqual({
        exitCode: 0,
        stderr: "",
        stdout: [
          "roleId,name,licenses",
          `${supervisor},Supervisor,cloudCX3`,
          `${agent},,cloudCX2`,
          `${free},Team Supervisor,`,
          "together,,cloudCX3",
          ""
        ]
      })
      const json = yield* runHere("infer", "--role", "supervisor", "--format", "json")
      expect(JSON.parse(json.stdout)).toEqual({
        version: 1,
        licenses: ["cloudCX3"],
        roles: [{ roleId: supervisor, name: "Supervisor", licenses: ["cloudCX3"] }]
      })
    }).pipe(Effect.provide(organization))
  )

  it.live("names roles that are close to one that there is not, and infers nothing", () =>
    Effect.gen(function* () {
      expect(yield* runHere("infer", "--role", "Superviser")).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: 'The organization has no role "Superviser". Did you mean "Supervisor"?\n'
      })
      const { journal } = yield* Emulator
      expect((yield* journal.requests).map(({ operation }) => operation)).toEqual(["token", "getAuthorizationRoles"])
    }).pipe(Effect.provide(organization))
  )

  it.live("needs the right to read roles for a name, and not for an id", () =>
    Effect.gen(function* () {
      expect((yield* withoutRoles("infer", "--role", "Agent")).stderr).toMatch(lacksRoles)
      expect(yield* withoutRoles("infer", "--role", agent, "--format", "csv")).toEqual({
        exitCode: 0,
        stderr: "",
        stdout: `roleId,licenses\r\n${agent},cloudCX2\r\n`
      })
    }).pipe(Effect.provide(withViewer))
  )
})
