import { describe, expect, it } from "@effect/vitest"
import { failure, overEachClient } from "../support/Attack.ts"
import { answer, type HostileServer, make } from "../support/HostileServer.ts"

type Server = HostileServer["Service"]

const targets: ReadonlyArray<readonly [label: string, location: (here: Server, other: Server) => string | undefined]> =
  [
    ["the same host", (here) => `${here.url}/api/v2/license/definitions/cloudCX2`],
    ["a path", () => "/api/v2/license/definitions/cloudCX2"],
    ["another host", (_, other) => `${other.url}/api/v2/license/definitions`],
    ["another host without a protocol", (_, other) => `//127.0.0.1:${other.port}/`],
    ["another name of this host", (here) => `http://localhost:${here.port}/api/v2/license/definitions`],
    ["itself, for ever", (here) => `${here.url}/api/v2/license/definitions`],
    ["credentials in a URL", (_, other) => `http://user:password@127.0.0.1:${other.port}/`],
    ["a file", () => "file:///etc/hostname"],
    ["data", () => "data:application/json,[]"],
    ["an invalid URL", () => "http://["],
    ["nothing", () => ""],
    ["nothing, without a Location", () => undefined]
  ]

const change = [{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: [] }]

overEachClient("A redirect", (attack) => {
  describe.each([301, 302, 303, 307, 308])("with status %i", (status) => {
    it.live.each(targets)("to %s is not followed, and the token is not sent", ([, location]) =>
      attack(function* (server, license) {
        const other = yield* make()
        const to = location(server, other)
        server.always(answer({ status, ...(to !== undefined && { headers: { location: to } }), body: "moved" }))
        for (const call of [
          license.getDefinitions,
          license.getUsers(["a"]),
          license.updateAssignments(change)
        ] as const) {
          const before = server.calls.length
          expect((yield* failure<unknown>(call)).reason).toMatchObject({ _tag: "UnexpectedRedirect", status })
          expect(server.calls).toHaveLength(before + 1)
        }
        expect(other.requests).toHaveLength(0)
      })
    )

    it.live("of the login is not followed, and the secret is not sent", () =>
      attack(function* (server, license) {
        const other = yield* make()
        server.alwaysLogin(answer({ status, headers: { location: `${other.url}/oauth/token` } }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed).toMatchObject({ operation: "authenticate", reason: { _tag: "UnexpectedRedirect", status } })
        expect(server.logins).toHaveLength(1)
        expect(server.calls).toHaveLength(0)
        expect(other.requests).toHaveLength(0)
      })
    )
  })

  it.live.each([300, 304, 305, 306, 399])("without a target, with status %i, is reported as a redirect", (status) =>
    attack(function* (server, license) {
      server.always(answer({ status }))
      expect((yield* failure(license.getDefinitions)).reason).toMatchObject({ _tag: "UnexpectedRedirect", status })
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live("in headers other than Location is not followed either", () =>
    attack(function* (server, license) {
      const other = yield* make()
      const headers = {
        refresh: `0; url=${other.url}`,
        "content-location": other.url,
        "alt-svc": `h2="127.0.0.1:${other.port}"`,
        link: `<${other.url}>; rel=preload`
      }
      server.always(answer({ headers, body: "[]" }))
      yield* license.getDefinitions
      yield* license.getDefinitions
      expect(other.requests).toHaveLength(0)
    })
  )
})
