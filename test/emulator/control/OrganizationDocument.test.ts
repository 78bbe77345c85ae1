import { describe, expect, it } from "@effect/vitest"
import * as OrganizationDocument from "@genesys-license/emulator/control/OrganizationDocument"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

const refusal = (text: string) =>
  Effect.map(Effect.flip(OrganizationDocument.parse(text)), ({ path, problem }) => `${path} · ${problem}`)

const levels = (count: number) => Array.from({ length: count }, (_, n) => n)

/** A definition that comprises two definitions of the next level. */
const twofold = (id: string, level: number) => ({
  id,
  comprises: [{ id: `a${level + 1}` }, { id: `b${level + 1}` }]
})

describe("OrganizationDocument", () => {
  it.effect("can consist of a number of users and a seed", () =>
    Effect.gen(function* () {
      expect(yield* OrganizationDocument.parse("{}")).toEqual({})
      expect(yield* OrganizationDocument.parse(`{ "users": 5000, "seed": "acme" }`)).toEqual({
        users: 5000,
        seed: "acme"
      })
    })
  )

  it.effect("needs only the id of a user, and the id and permissions of a role", () =>
    Effect.gen(function* () {
      const state = yield* OrganizationDocument.parse(
        `{ "users": [{ "id": "ann", "licenses": ["cloudCX2"] }, { "id": "bob" }, { "id": "eve", "licenses": null }],
           "roles": [{ "id": "auditor", "permissions": ["authorization:license:view"] }],
           "clients": [{ "id": "audit", "secret": "any", "roles": ["auditor"], "accessTokenValiditySeconds": 600 }],
           "rateLimit": { "requests": 300, "window": "6 seconds" } }`
      )
      expect(state).toEqual({
        users: [
          { id: "ann", licenses: ["cloudCX2"] },
          { id: "bob", licenses: [] },
          { id: "eve", licenses: [] }
        ],
        roles: [{ id: "auditor", name: "auditor", permissions: ["authorization:license:view"] }],
        clients: [{ id: "audit", secret: "any", roles: ["auditor"], accessTokenValiditySeconds: 600 }],
        rateLimit: { requests: 300, window: Duration.seconds(6) }
      })
    })
  )

  it.effect("has an identity, people, and a maximum page size", () =>
    Effect.gen(function* () {
      const document = {
        organization: { id: "org-1", name: "Acme" },
        people: [{ id: "ann", name: "Ann Lee", state: "inactive", department: null, roles: [] }],
        largestPage: { size: 100, larger: "cut" }
      }
      expect(yield* OrganizationDocument.decode(document)).toEqual(document)
    })
  )

  it.effect("has groups, by default with their id as name and without roles", () =>
    Effect.gen(function* () {
      const { groups } = yield* OrganizationDocument.decode({
        roles: [{ id: "agent", permissions: [] }],
        groups: [{ id: "a" }, { id: "b", name: "B", roles: ["agent"] }],
        people: [{ id: "ann", groups: ["b"] }]
      })
      expect(groups).toEqual([
        { id: "a", name: "a", roles: [] },
        { id: "b", name: "B", roles: ["agent"] }
      ])
    })
  )

  it.effect("refers only to existing roles and groups", () =>
    Effect.gen(function* () {
      const [role, group] = [`{ "id": "r", "permissions": [] }`, `{ "id": "g" }`]
      for (const [document, problem] of [
        [`{ "clients": [{ "id": "c", "roles": ["x"] }] }`, "clients[0].roles[0] · No such role"],
        [`{ "groups": [${group}, { "id": "h", "roles": ["x"] }] }`, "groups[1].roles[0] · No such role"],
        [`{ "roles": [${role}], "people": [{ "id": "a", "roles": ["r", "x"] }] }`, "people[0].roles[1] · No such role"],
        [
          `{ "people": [{ "id": "a" }, { "id": "b", "unusedRoles": ["x"] }] }`,
          "people[1].unusedRoles[0] · No such role"
        ],
        [`{ "groups": [${group}], "people": [{ "id": "a", "groups": ["x"] }] }`, "people[0].groups[0] · No such group"],
        // Custom roles also replace the default groups.
        [
          `{ "roles": [${role}], "people": [{ "id": "a", "groups": ["3c9e7d54-8a1f-4b62-8e03-5f2a9b4c6d01"] }] }`,
          "people[0].groups[0] · No such group"
        ]
      ] as const) {
        expect(yield* refusal(document)).toBe(problem)
      }
    })
  )

  it.effect("accepts answers of the API", () =>
    Effect.gen(function* () {
      const { definitions, users } = yield* OrganizationDocument.decode({
        users: [{ id: "ann", licenses: ["x"], selfUri: "/api/v2/license/users/ann" }],
        definitions: [{ id: "x", description: null, prerequisites: [{ id: "y", selfUri: "/y" }], selfUri: "/x" }]
      })
      expect(users).toHaveLength(1)
      expect(definitions).toEqual([
        { id: "x", prerequisites: [{ id: "y", selfUri: "/y" }], comprises: [], selfUri: "/x" }
      ])
    })
  )

  it.effect("completes definitions that are comprised by id only, at every depth", () =>
    Effect.gen(function* () {
      const { definitions = [] } = yield* OrganizationDocument.decode({
        definitions: [
          { id: "c", comprises: [{ id: "b" }, { id: "elsewhere" }] },
          { id: "b", comprises: [{ id: "a", selfUri: "/api/v2/license/definitions/a" }] },
          { id: "a", permissions: { ids: ["p"] } }
        ]
      })
      const [c, b, a] = definitions
      expect(a).toEqual({ id: "a", permissions: { ids: ["p"] }, prerequisites: [], comprises: [] })
      expect(b?.comprises).toEqual([a])
      expect(c?.comprises).toEqual([b, { id: "elsewhere", prerequisites: [], comprises: [] }])
    })
  )

  for (const [what, text, expected] of [
    ["text that is not JSON, without quoting it", `{ "users": 1,\n secret }`, /^ · Expected JSON \(line 2 column 2\)$/],
    ["a list", `[]`, /^ · Expected OrganizationDocument$/],
    ["a misspelled top-level field", `{ "user": 3 }`, /^user · Unknown field$/],
    ["too many users", `{ "users": 1000001 }`, /^users · Expected a value between 0 and 1000000$/],
    ["half a user", `{ "users": 1.5 }`, /^users · Expected an integer$/],
    ["a user without an id", `{ "users": [{ "id": "ann" }, { "licenses": [] }] }`, /^users\[1\]\.id · Missing key$/],
    ["a misspelled field of a user", `{ "users": [{ "id": "a", "licences": [] }] }`, /^users\[0\]\.licences · /],
    ["a number for a license", `{ "users": [{ "id": "a", "licenses": ["x", 1] }] }`, /^users\[0\]\.licenses\[1\] · /],
    [
      "a user twice",
      `{ "users": [{ "id": "a" }, { "id": "b" }, { "id": "a" }] }`,
      /^users\[2\]\.id · Entry \[0\] has the same id$/
    ],
    [
      "a definition twice",
      `{ "definitions": [{ "id": "a" }, { "id": "a" }] }`,
      /^definitions\[1\]\.id · Entry \[0\] has the same id$/
    ],
    [
      "a role twice",
      `{ "roles": [{ "id": "a", "permissions": [] }, { "id": "a", "permissions": [] }] }`,
      /^roles\[1\]\.id · /
    ],
    [
      "a client twice",
      `{ "clients": [{ "id": "a" }, { "id": "a" }] }`,
      /^clients\[1\]\.id · Entry \[0\] has the same id$/
    ],
    ["an empty list of clients", `{ "clients": [] }`, /^clients · /],
    [
      "a client with an unknown role",
      `{ "clients": [{ "id": "a", "roles": ["x"] }] }`,
      /^clients\[0\]\.roles\[0\] · No such role$/
    ],
    [
      "a person with an unknown role",
      `{ "people": [{ "id": "a", "roles": ["x"] }] }`,
      /^people\[0\]\.roles\[0\] · No such role$/
    ],
    [
      "a person twice",
      `{ "people": [{ "id": "a" }, { "id": "a" }] }`,
      /^people\[1\]\.id · Entry \[0\] has the same id$/
    ],
    ["an unknown state", `{ "people": [{ "id": "a", "state": "gone" }] }`, /^people\[0\]\.state · /],
    ["a maximum page size of 0", `{ "largestPage": { "size": 0 } }`, /^largestPage\.size · /],
    [
      "a token lifetime of 0",
      `{ "clients": [{ "id": "a", "accessTokenValiditySeconds": 0 }] }`,
      /^clients\[0\]\.accessTokenValiditySeconds · /
    ],
    ["an unknown scope", `{ "clients": [{ "id": "a", "scopes": ["admin"] }] }`, /^clients\[0\]\.scopes\[0\] · /],
    ["a limit of 0 requests", `{ "rateLimit": { "requests": 0, "window": "1 second" } }`, /^rateLimit\.requests · /],
    ["a window without a unit", `{ "rateLimit": { "requests": 1, "window": "60" } }`, /^rateLimit\.window · /],
    ["a window of 0 seconds", `{ "rateLimit": { "requests": 1, "window": "0 seconds" } }`, /^rateLimit\.window · /],
    [
      "a definition that comprises itself",
      `{ "definitions": [{ "id": "a", "comprises": [{ "id": "b" }] }, { "id": "b", "comprises": [{ "id": "a" }] }] }`,
      /^definitions\[0\]\.comprises\[0\]\.comprises\[0\] · a comprises itself$/
    ],
    [
      "too many comprised definitions",
      JSON.stringify({ definitions: levels(20).flatMap((n) => [twofold(`a${n}`, n), twofold(`b${n}`, n)]) }),
      /· Comprises more than 10000 definitions$/
    ],
    [
      "too deeply comprised definitions",
      JSON.stringify({ definitions: levels(60).map((n) => ({ id: `a${n}`, comprises: [{ id: `a${n + 1}` }] })) }),
      /· Nested more than 50 definitions deep$/
    ],
    [
      "a window that is too long",
      `{ "rateLimit": { "requests": 1, "window": "999999999999999 days" } }`,
      /^rateLimit\.window · /
    ]
  ] as const) {
    it.effect(`refuses ${what}`, () =>
      Effect.gen(function* () {
        expect(yield* refusal(text)).toMatch(expected)
      })
    )
  }

  it.effect("reports the field and the problem in one sentence", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(OrganizationDocument.parse(`{ "users": [{}] }`))
      expect(error).toBeInstanceOf(OrganizationDocument.InvalidOrganization)
      expect(error.message).toBe("Invalid organization document: users[0].id: Missing key.")
    })
  )
})
