import { CurrentCallOptions, type GenesysError, type LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { failureOf, withAnswers, withEmulator } from "../clients.ts"

type License = LicenseService["Service"]

const users = [
  { id: "ann", licenses: ["cloudCX2"] },
  { id: "bob", licenses: [] },
  { id: "__proto__", licenses: ["cloudCX3"] },
  { id: "a/b c?d#e", licenses: ["communicate"] }
]

describe("LicenseService", () => {
  describe("of the emulator", () => {
    const operations: ReadonlyArray<
      readonly [name: string, (license: License) => Effect.Effect<unknown, GenesysError>, result: unknown]
    > = [
      ["getDefinitions", (license) => license.getDefinitions, Catalog.definitions],
      [
        "getDefinition",
        (license) => license.getDefinition("cloudCX2"),
        Catalog.definitions.find(({ id }) => id === "cloudCX2")
      ],
      [
        "getUser",
        (license) => Effect.map(license.getUser("ann"), ({ id, licenses }) => [id, licenses.map(({ id }) => id)]),
        ["ann", ["cloudCX2"]]
      ],
      ["getUser", (license) => Effect.map(license.getUser("a/b c?d#e"), ({ id }) => id), "a/b c?d#e"],
      [
        "getUsersPage",
        (license) => license.getUsersPage({ pageNumber: 2, pageSize: 1 }),
        {
          entities: [{ id: "bob", licenses: [], selfUri: "/api/v2/license/users/bob" }],
          pageNumber: 2,
          pageSize: 1,
          total: 4,
          pageCount: 4
        }
      ],
      [
        "users",
        (license) =>
          license.users().pipe(
            Stream.map(({ id }) => id),
            Stream.runCollect
          ),
        ["ann", "bob", "__proto__", "a/b c?d#e"]
      ],
      [
        "getUsers",
        (license) => license.getUsers(["bob", "nobody", "__proto__"]),
        new Map([
          ["bob", []],
          ["__proto__", ["cloudCX3"]]
        ])
      ],
      ["getUserLicenses", (license) => license.getUserLicenses("ann"), Option.some(["cloudCX2"])],
      ["getUserLicenses", (license) => license.getUserLicenses("constructor"), Option.none()],
      ["inferFromRoles", (license) => license.inferFromRoles(["no-such-role"]), []],
      ["inferFromPermissions", (license) => license.inferFromPermissions(["routing:queue:join"]), ["cloudCX2"]],
      [
        "updateAssignments",
        (license) =>
          license.updateAssignments([{ licenseId: "cloudCX3", userIdsAdd: ["bob"], userIdsRemove: ["nobody"] }]),
        [
          { _tag: "Done", licenseId: "cloudCX3", userId: "bob", change: "add", result: "Success" },
          { _tag: "Refused", licenseId: "cloudCX3", userId: "nobody", change: "remove", result: "User not found" }
        ]
      ],
      ["getToggle", (license) => license.getToggle("f"), { featureName: "f", enabled: true }],
      ["switchToggle", (license) => license.switchToggle("f"), { featureName: "f", enabled: true }]
    ]

    it.effect.each(operations)("%s gives what the organization has", ([, call, result]) =>
      withEmulator({ emulator: { users } }, function* (license, { journal }) {
        expect(yield* call(license)).toEqual(result)
        const seen = (yield* journal.requests).map(({ operation, status }) => [operation === "token", status])
        expect(seen).toEqual([
          [true, 200],
          [false, 200]
        ])
      })
    )

    it.effect("changes who holds what", () =>
      withEmulator({ emulator: { users } }, function* (license, { organization }) {
        yield* license.updateAssignments([
          { licenseId: "cloudCX3", userIdsAdd: ["bob"], userIdsRemove: [] },
          { licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: ["ann"] }
        ])
        const held = (yield* organization.users).slice(0, 2).map(({ licenses }) => licenses)
        expect(held).toEqual([[], ["cloudCX3"]])
      })
    )

    it.effect("says that somebody is not there", () =>
      withEmulator({ emulator: { users } }, function* (license) {
        expect(yield* failureOf(license.getUser("nobody"))).toMatchObject({
          operation: "getLicenseUser",
          reason: { _tag: "NotFound" },
          attempts: 1,
          correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/)
        })
      })
    )

    it.effect("names the permission that is missing", () => {
      const reader = { id: "reader", secret: "CANARY-s", permissions: ["authorization:license:view"] }
      const credentials = {
        _tag: "ClientCredentials",
        clientId: "reader",
        clientSecret: Redacted.make("CANARY-s")
      } as const
      return withEmulator({ emulator: { clients: [reader] }, client: { credentials } }, function* (license) {
        yield* license.getDefinitions
        expect(
          yield* failureOf(
            license.updateAssignments([{ licenseId: "cloudCX2", userIdsAdd: ["ann"], userIdsRemove: [] }])
          )
        ).toMatchObject({
          operation: "postLicenseOrganization",
          reason: { _tag: "Forbidden", permissions: ["authorization:grant:add"] }
        })
      })
    })
  })

  it.effect.each(["", ".", "..", "%2e", "%2E%2e", "%252e%252e", "\ud800"])(
    "sends nothing for the id %j, which would leave its path segment",
    (id) =>
      withAnswers({}, function* (license, server) {
        const calls: ReadonlyArray<Effect.Effect<unknown, GenesysError>> = [
          license.getUser(id),
          license.getDefinition(id),
          license.getToggle(id),
          license.switchToggle(id)
        ]
        for (const call of calls) {
          expect(yield* failureOf(call)).toMatchObject({ reason: { _tag: "InvalidRequest" } })
        }
        expect(server.requests).toHaveLength(0)
      })
  )

  it.effect.each(["a/b", "../../users", "?x", "#x", "a b", "%2f", "\\", "日本", "\u202e"])(
    "keeps the id %j inside its path segment",
    (id) =>
      withEmulator({ emulator: { users: [{ id, licenses: [] }] } }, function* (license, server) {
        expect(yield* license.getUser(id)).toMatchObject({ id })
        const segments = server.api[0]!.url.pathname.split("/")
        expect(segments).toHaveLength(6)
        expect(decodeURIComponent(segments[5]!)).toBe(id)
        expect(server.api[0]!.url.search + server.api[0]!.url.hash).toBe("")
      })
  )

  it.effect("refuses to give and to take the same license of the same user, and sends nothing", () =>
    withAnswers({}, function* (license, server) {
      const error = yield* failureOf(
        license.updateAssignments([{ licenseId: "cloudCX2", userIdsAdd: ["a", "b"], userIdsRemove: ["b"] }])
      )
      expect(error.message).toContain("cloudCX2 is both given to and taken from user b")
      expect(server.requests).toHaveLength(0)
    })
  )

  it.effect.each([
    [{ retries: -1 }, "retries must be"],
    [{ attemptTimeout: 0 }, "attemptTimeout must be"],
    [{ callTimeout: -1 }, "callTimeout must be"],
    [{ headers: { x: "a\nb" } }, "headers cannot be sent"]
  ] as const)("refuses the option %j of a call, and sends nothing", ([options, problem]) =>
    withAnswers({}, function* (license, server) {
      const error = yield* failureOf(license.getDefinitions.pipe(Effect.provideService(CurrentCallOptions, options)))
      expect(error).toMatchObject({ operation: "getLicenseDefinitions", reason: { _tag: "InvalidRequest" } })
      expect(error.message).toContain(problem)
      expect(server.requests).toHaveLength(0)
    })
  )

  it.effect("refuses the same user given in one assignment and taken in another of the same license", () =>
    withAnswers({}, function* (license, server) {
      const error = yield* failureOf(
        license.updateAssignments([
          { licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: [] },
          { licenseId: "cloudCX3", userIdsAdd: [], userIdsRemove: ["a"] },
          { licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: ["a"] }
        ])
      )
      expect(error.message).toContain("cloudCX2 is both given to and taken from user a")
      expect(server.requests).toHaveLength(0)
    })
  )
})
