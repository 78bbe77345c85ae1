import { describe, expect, it } from "@effect/vitest"
import { AdminError, Organizations } from "@genesys-license/admin"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Canary from "../../support/Canary.ts"

const acme = { id: "acme", region: "eu-central-1", clientId: "client", secret: "GENESYS_ACME_SECRET" }

const parse = (...organizations: ReadonlyArray<object>) =>
  Organizations.parse(JSON.stringify({ organizations }), { source: "orgs.json" })

/** What is wrong with a list. */
const problem = (...organizations: ReadonlyArray<object>) =>
  Effect.map(Effect.flip(parse(...organizations)), ({ message }) => message)

describe("a list of organizations", () => {
  it.effect("is read, with regions and gateways", () =>
    Effect.gen(function* () {
      const { region: _, ...elsewhere } = { ...acme, id: "Globex_2.eu", gateway: "https://proxy.example:8443" }
      const all = yield* parse(acme, elsewhere)
      expect(all).toEqual([acme, elsewhere])
      const secret = Redacted.make("secret-of-the-test")
      expect(all.map((organization) => Organizations.connection(organization, secret))).toMatchObject([
        { region: "eu-central-1", gateway: undefined, credentials: { clientId: "client", clientSecret: secret } },
        { region: undefined, gateway: { protocol: "https:", host: "proxy.example", port: 8443 } }
      ])
    })
  )

  it.effect.each([
    ["a slash", "a/b"],
    ["two dots", ".."],
    ["nothing", ""],
    ["a space", "a b"],
    ["a hyphen in front, which looks like a flag", "-a"],
    ["a dot at the end", "a."],
    ["65 characters", "a".repeat(65)],
    ["the name of a device", "NUL"],
    ["the name of a device, with an extension", "com1.eu"],
    ["the name of our own files", "fleet"],
    ["a letter that file systems write in two ways", "zürich"]
  ])("refuses an id that is no name of a file: %s", ([, id]) =>
    Effect.gen(function* () {
      expect(yield* problem(acme, { ...acme, id })).toContain("organizations[1].id")
    })
  )

  it.effect("refuses an id that is used twice, in capitals or not", () =>
    Effect.gen(function* () {
      expect(yield* problem(acme, { ...acme })).toBe("orgs.json: organizations[1].id (acme) is used twice.")
      expect(yield* problem(acme, { ...acme, id: "ACME" })).toContain("is used twice, as acme and ACME")
    })
  )

  it.effect.each([
    ["as Genesys makes them", "s5bY3kQ0wYdV2mC9tEo7uHgR1xLzJpNfAqTiKcWBv8M"],
    ["in capitals", "S5BY3KQ0WYDV2MC9TEO7UHGR1XLZJPNFAQTIKCWBV8M"],
    ["of our tests", Canary.clientSecret],
    ["that is empty", ""]
  ])("refuses a secret in place of its name, and does not repeat it: %s", ([, secret]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parse({ ...acme, secret }))
      expect(error).toBeInstanceOf(AdminError)
      expect(error.message).toContain("organizations[0].secret of acme must be the name of a variable")
      if (secret !== "") expect(JSON.stringify(error) + error.message).not.toContain(secret)
    })
  )

  it.effect("repeats nothing of a text that is not what it should be", () =>
    Effect.gen(function* () {
      const secret = Canary.clientSecret
      const wrong = [
        yield* problem({ ...acme, clientSecret: secret }),
        yield* problem({ ...acme, secret: { value: secret } }),
        (yield* Effect.flip(Organizations.parse(`{ "organizations": [{ "secret": "${secret}`))).message,
        (yield* Effect.flip(Organizations.parse(secret))).message
      ]
      expect(wrong[0]).toContain("organizations[0].clientSecret")
      for (const message of wrong) expect(message).not.toContain(Canary.mark)
    })
  )

  it.effect.each([
    ["neither a region nor a gateway", {}, "organizations[0].region of acme or gateway must be set"],
    ["both", { region: "us-east-1", gateway: "https://a.example" }, "only one of them"],
    [
      "a region that is none",
      { region: "mars" },
      "organizations[0].region of acme is neither a known region nor a host"
    ],
    ["a gateway with a path", { gateway: "https://a.example/b" }, "organizations[0].gateway of acme must be a URL"],
    ["a gateway with a password", { gateway: "https://a:b@a.example" }, "organizations[0].gateway of acme must be"],
    ["a gateway in the clear", { gateway: "http://a.example" }, "may be http only for this machine"]
  ] as const)("refuses %s", ([, place, expected]) =>
    Effect.gen(function* () {
      const { region: _, ...rest } = acme
      expect(yield* problem({ ...rest, ...place })).toContain(expected)
    })
  )

  it.effect("is cut down to those that are named, or that are not; a name that nobody has is an error", () =>
    Effect.gen(function* () {
      const all = yield* parse(acme, { ...acme, id: "globex" }, { ...acme, id: "initech" })
      const idsOf = (options: Parameters<typeof Organizations.select>[1]) =>
        Effect.map(Organizations.select(all, options), (some) => some.map(({ id }) => id))
      expect(yield* idsOf({})).toEqual(["acme", "globex", "initech"])
      expect(yield* idsOf({ only: ["initech", "acme"] })).toEqual(["acme", "initech"])
      expect(yield* idsOf({ except: ["acme"] })).toEqual(["globex", "initech"])
      expect((yield* Effect.flip(idsOf({ except: ["acmee"] }))).message).toBe(
        "organizations: unknown organization acmee; the file has acme, globex, initech."
      )
    })
  )
})
