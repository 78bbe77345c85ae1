import { describe, expect, it } from "@effect/vitest"
import { defaultClient } from "@genesys-license/emulator"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { environment, run, runHere } from "./run.ts"

const secret = "secret-of-a-viewer"

const organization = Server.layer({
  clients: [defaultClient, { id: "viewer", secret, permissions: ["authorization:license:view"] }],
  roles: [
    { id: "r1", name: "Agent", permissions: ["routing:queue:join"] },
    { id: "r2", name: "Supervisor", permissions: ["performance:insights:view"] }
  ],
  users: [
    { id: "ann", licenses: ["cloudCX3"] },
    { id: "bob", licenses: ["cloudCX2"] },
    { id: "cat", licenses: ["cloudCX2"] },
    { id: "gone", licenses: ["cloudCX2"] }
  ],
  people: [
    { id: "ann", name: "Ann Abel", email: "ann@example.com", roles: ["r1"] },
    { id: "bob", name: "Bob Baum", email: "bob@example.com", roles: ["r1", "r2"] },
    { id: "cat", name: "Cat Cole", email: null, roles: [] },
    { id: "gone", state: "inactive" }
  ]
})

describe("audit --roles", () => {
  it.live("finds seats that no role needs, and roles whose holders lack a license", () =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* runHere("audit", "--roles", "--list", "1")
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
      expect(stdout).toContain(
        [
          "Held, but not needed by any role of the user",
          "",
          "  cloudCX2                             1",
          "    Cat Cole   cat",
          "  cloudCX3; cloudCX2 would be enough   1",
          "    Ann Abel <ann@example.com>   ann",
          "",
          "Needed by a role, but not held",
          "",
          "  cloudCX3, needed by Supervisor   1",
          "    Bob Baum <bob@example.com>   bob",
          "",
          "The roles of 1 licensed user are not known, so the role findings do not include them.",
          ""
        ].join("\n")
      )
      expect(stdout).toContain("  A license that no role of the user needs was assigned manually, or")
      // Two sets of roles need something, and the third is empty. One role is always had with others.
      const { journal } = yield* Emulator
      const inferred = (yield* journal.requests).filter(({ operation }) => operation === "postLicenseInfer")
      expect(inferred).toHaveLength(3)
      // Active and inactive users are read once, with their roles.
      const lists = (yield* journal.requests).filter(({ operation }) => operation === "getUsers")
      expect(lists.map(({ query }) => [query["state"], [query["expand"]].flat().includes("authorization")])).toEqual([
        ["active", true],
        ["inactive", true]
      ])
    }).pipe(Effect.provide(organization))
  )

  it.live("shows the first findings of many", () =>
    Effect.gen(function* () {
      const { stdout } = yield* runHere("audit", "--roles")
      const [, section = ""] = stdout.split("Needed by a role, but not held\n\n")
      expect(section.match(/^ {2}cloudCX2, needed by Role \d+ +1$/gm)).toHaveLength(20)
      expect(section).toContain("\n  and 5 more\n")
    }).pipe(
      Effect.provide(
        Server.layer({
          roles: Array.from({ length: 25 }, (_, n) => ({
            id: `r${n}`,
            name: `Role ${n}`,
            permissions: ["routing:queue:join"]
          })),
          users: Array.from({ length: 25 }, (_, n) => ({ id: `u${n}`, licenses: [] })),
          people: Array.from({ length: 25 }, (_, n) => ({ id: `u${n}`, roles: [`r${n}`] }))
        })
      )
    )
  )

  it.live("has them in JSON and HTML, and says that CSV leaves them out", () =>
    Effect.gen(function* () {
      const json = JSON.parse((yield* runHere("audit", "--roles", "--json")).stdout)
      expect(json.roles).toEqual({
        unneeded: [
          { licenseId: "cloudCX2", instead: [], users: 1 },
          { licenseId: "cloudCX3", instead: ["cloudCX2"], users: 1 }
        ],
        missing: [{ licenseId: "cloudCX3", roles: [{ roleId: "r2", name: "Supervisor" }], users: 1 }],
        inUse: [
          { roleId: "r1", name: "Agent", users: 2, licenses: ["cloudCX2"], seats: 2 },
          { roleId: "r2", name: "Supervisor", users: 1, licenses: ["cloudCX3"], seats: 1 }
        ],
        known: 3,
        unknown: 1
      })
      const html = (yield* runHere("audit", "--roles", "--format", "html")).stdout
      expect(html).toContain("1 case of a role that needs a license which the user does not hold.")
      expect(html).toContain("Needed by a role, but not held")
      const { stderr } = yield* runHere("audit", "--roles", "--format", "csv")
      expect(stderr).toContain("3 role findings")
    }).pipe(Effect.provide(organization))
  )

  it.live("reads the roles of active users by ids alone, where people are not read", () =>
    Effect.gen(function* () {
      const { stdout } = yield* runHere("audit", "--roles", "--no-people", "--list", "1")
      expect(stdout).toContain("  cloudCX2                             1\n    cat\n")
      expect(stdout).toContain("The roles of 1 licensed user are not known, so the role findings do not include them.")
      const { journal } = yield* Emulator
      const lists = (yield* journal.requests).filter(({ operation }) => operation === "getUsers")
      expect(lists.map(({ query }) => [query["state"], query["expand"]])).toEqual([["active", "authorization"]])
    }).pipe(Effect.provide(organization))
  )

  it.live("is not done unless it is asked for: no role is read", () =>
    Effect.gen(function* () {
      const { stdout } = yield* runHere("audit", "--json")
      expect(JSON.parse(stdout)).not.toHaveProperty("roles")
      const { journal } = yield* Emulator
      expect((yield* journal.requests).map(({ operation }) => operation)).not.toContain("getAuthorizationRoles")
    }).pipe(Effect.provide(organization))
  )

  it.live("goes on without the findings, and names the permission, where roles may not be read", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const { exitCode, stderr, stdout } = yield* run(["audit", "--roles"], {
        ...env,
        GENESYSCLOUD_OAUTHCLIENT_ID: "viewer",
        GENESYSCLOUD_OAUTHCLIENT_SECRET: secret
      })
      expect(exitCode).toBe(0)
      expect(stderr).toMatch(
        /^Role findings are left out\. getAuthorizationRoles: .*Give one of its roles authorization:role:view\..*\n$/
      )
      expect(stdout).toContain("  all users")
      expect(stdout).not.toContain("not needed by any role")
    }).pipe(Effect.provide(organization))
  )
})
