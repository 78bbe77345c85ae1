import { describe, expect, it } from "@effect/vitest"
import * as Permissions from "@genesys-license/emulator/organization/Permissions"

describe("a permission with `*`", () => {
  for (const [granted, asked, expected] of [
    ["routing:queue:view", "routing:queue:view", true],
    ["routing:queue:view", "routing:queue:join", false],
    ["routing:queue:*", "routing:queue:join", true],
    ["routing:queue:*", "routing:skill:join", false],
    ["routing:*:*", "routing:skill:join", true],
    ["*:*:*", "wfm:schedule:view", true],
    ["*:queue:view", "routing:queue:view", true],
    ["routing:*", "routing:queue:view", false],
    ["routing:queue:vi*", "routing:queue:view", false],
    ["all", "all", true]
  ] as const) {
    it(`${granted} ${expected ? "permits" : "does not permit"} ${asked}`, () => {
      expect(Permissions.permits(granted, asked)).toBe(expected)
    })
  }

  it("is expanded to the permissions in the definitions", () => {
    const definition = (id: string, ids: ReadonlyArray<string>) => ({
      id,
      permissions: { ids },
      prerequisites: [],
      comprises: []
    })
    const definitions = [definition("a", ["wfm:schedule:view", "routing:queue:view"]), definition("b", ["wfm:x:y"])]
    expect(Permissions.expand(["wfm:*:*", "other:x:y", "wfm:schedule:view"], definitions)).toEqual([
      "wfm:schedule:view",
      "wfm:x:y",
      "other:x:y"
    ])
  })
})
