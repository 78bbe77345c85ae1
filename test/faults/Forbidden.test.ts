import { describe, expect, it } from "@effect/vitest"
import { closedByClient, failure, overEachClient } from "../support/Attack.ts"
import { answer, type Behaviour, cut, drip, error } from "../support/HostileServer.ts"

const byContract = ["authorization:grant:add", "authorization:license:view"]

const change = [{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: [] }]

overEachClient("403", (attack) => {
  describe("names the missing permission", () => {
    it.live.each<readonly [label: string, body: object, permissions: ReadonlyArray<string>]>([
      [
        "from its parameters",
        { code: "missing.any.permissions", messageParams: { permissions: "[routing:queue:view, a:b:*]" } },
        ["routing:queue:view", "a:b:*"]
      ],
      [
        "from its message",
        { code: "missing.permissions", message: "You are missing the following permission(s): routing:queue:view." },
        ["routing:queue:view"]
      ],
      ["from the contract", { code: "missing.permissions", message: "No." }, byContract],
      ["from the contract, without a code", {}, byContract],
      ["but not for other codes", { code: "authz.policy.denied" }, []]
    ])("%s", ([, body, permissions]) =>
      attack(function* (server, license) {
        server.always(error(403, body))
        const failed = yield* failure(license.getDefinitions)
        expect(failed.reason).toMatchObject({ _tag: "Forbidden", permissions })
        for (const permission of permissions) expect(failed.message).toContain(permission)
        expect(failed.attempts).toBe(1)
        expect(server.calls).toHaveLength(1)
        expect(server.logins).toHaveLength(1)
      })
    )
  })

  it.live("for a write names the permission of the write", () =>
    attack(function* (server, license) {
      server.always(error(403, { code: "not.authorized" }))
      const failed = yield* failure(license.updateAssignments(change))
      expect(failed.reason).toMatchObject({ _tag: "Forbidden", permissions: ["authorization:grant:add"] })
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live("is Forbidden without a retry when its body drips", () =>
    attack({ attemptTimeout: "1 second" }, function* (server, license) {
      server.always(drip(20, 403))
      const failed = yield* failure(license.getDefinitions)
      expect(failed.reason).toMatchObject({ _tag: "Forbidden", permissions: byContract })
      expect(server.calls).toHaveLength(1)
      yield* closedByClient(server.calls[0])
    })
  )

  it.live.each<readonly [label: string, behaviour: Behaviour]>([
    ["is missing", answer({ status: 403 })],
    ["is HTML", answer({ status: 403, body: "<html>Forbidden" })],
    ["is bad UTF-8", answer({ status: 403, body: new Uint8Array([0xff]) })],
    ["is null", answer({ status: 403, body: "null" })],
    [
      "is nested 10,000 levels deep",
      answer({ status: 403, body: `${`{"errors":[`.repeat(10_000)}${"]}".repeat(10_000)}` })
    ],
    ["is reset", cut(`{"code":`, "reset", 403)],
    ["ends too early", cut(`{"code":`, "close", 403)],
    ["is too large", answer({ status: 403, body: new Uint8Array(400_000).fill(0x20) })],
    ["is bad gzip", answer({ status: 403, headers: { "content-encoding": "gzip" }, body: "no gzip" })]
  ])("is Forbidden without a retry when its body %s", ([, behaviour]) =>
    attack({ attemptTimeout: "200 millis", maxResponseBytes: 300_000 }, function* (server, license) {
      server.always(behaviour)
      const failed = yield* failure(license.getDefinitions)
      expect(failed.reason).toMatchObject({ _tag: "Forbidden", permissions: byContract })
      expect(server.calls).toHaveLength(1)
    })
  )
})
