/**
 * The command for many organizations, each of which is an emulator on a socket of its own.
 */
import { describe, expect, it } from "@effect/vitest"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import * as Connection from "../../packages/cli/src/flags/Connection.ts"
import * as Canary from "../support/Canary.ts"
import { folder, run, withoutChance } from "./run.ts"

/** The client of all of them: who asks is told apart by the address. */
const client = { id: "00000000-0000-4000-8000-00000000f1ee", secret: Canary.clientSecret }

/** An organization of a fleet, and how it is listed. */
const organization = Effect.fnUntraced(function* (id: string, options: EmulatorOptions = {}) {
  const services = yield* Layer.build(Server.layer({ seed: id, users: 40, clients: [client], ...options }))
  const inIt = <A, E>(effect: Effect.Effect<A, E, Emulator | Server>) => Effect.provide(effect, services)
  const { url } = yield* inIt(Server)
  const requests = inIt(Effect.flatMap(Emulator, ({ journal }) => journal.requests))
  return {
    id,
    listed: { id, gateway: url, clientId: client.id, secret: nameOf(id) },
    url,
    users: inIt(Effect.flatMap(Emulator, ({ organization }) => organization.users)),
    requests: Effect.map(requests, ({ length }) => length),
    writes: Effect.map(
      requests,
      (all) => all.filter(({ operation }) => operation === "postLicenseOrganization").length
    ),
    grant: (userId: string, licenseId: string) =>
      inIt(
        Effect.flatMap(Emulator, ({ organization }) =>
          organization.assign([{ licenseId, userIdsAdd: [userId], userIdsRemove: [] }])
        )
      )
  }
})
type Organization = Effect.Success<ReturnType<typeof organization>>

const nameOf = (id: string) => `SECRET_OF_${id.toUpperCase()}`

/** A folder, the list of the organizations in it, and the command that works on them. */
const fleetOf = Effect.fnUntraced(function* (...organizations: ReadonlyArray<Organization>) {
  const at = yield* folder
  const list = (...listed: ReadonlyArray<object>) =>
    writeFileSync(at("orgs.json"), JSON.stringify({ organizations: listed }))
  list(...organizations.map(({ listed }) => listed))
  const env = Object.fromEntries(organizations.map(({ id }) => [nameOf(id), client.secret]))
  const fleet = (command: string, ...args: ReadonlyArray<string>) =>
    run(["fleet", command, at("orgs.json"), ...args], env)
  /** The summary, as programs read it. */
  const summary = (command: string, ...args: ReadonlyArray<string>) =>
    Effect.map(fleet(command, ...args, "--format", "json"), (outcome) => ({
      ...outcome,
      summary: JSON.parse(outcome.stdout || "null")
    }))
  return { at, env, fleet, list, summary }
})

const statesOf = ({ organizations }: { readonly organizations: ReadonlyArray<{ id: string; state: string }> }) =>
  Object.fromEntries(organizations.map(({ id, state }) => [id, state]))

describe("fleet", () => {
  it.live("writes of each organization what the command for one organization writes", () =>
    Effect.gen(function* () {
      const [acme, globex] = [yield* organization("acme"), yield* organization("globex")]
      const { at, fleet } = yield* fleetOf(acme, globex)
      const alone = ({ url }: Organization, ...args: ReadonlyArray<string>) =>
        run([...args, "--gateway", url], {
          GENESYSCLOUD_OAUTHCLIENT_ID: client.id,
          GENESYSCLOUD_OAUTHCLIENT_SECRET: client.secret
        })
      const same = (one: string, other: string) =>
        expect(withoutChance(readFileSync(at(one), "utf8"))).toBe(withoutChance(readFileSync(at(other), "utf8")))

      expect(yield* fleet("snapshot", "--output-dir", at("mon"))).toMatchObject({ exitCode: 0 })
      yield* acme.grant(
        (yield* acme.users).find(({ licenses }) => !licenses.includes("wallboardUser"))!.id,
        "wallboardUser"
      )
      const user = (yield* globex.users).find(({ licenses }) => !licenses.includes("wallboardUser"))!
      mkdirSync(at("desired"))
      writeFileSync(at("desired/globex.csv"), `userId,licenseId\n${user.id},wallboardUser\n`)
      expect(yield* fleet("audit", "--output-dir", at("audits"), "--list", "3")).toMatchObject({ exitCode: 0 })
      const html = ["--output-dir", at("pages"), "--file-format", "html", "--no-people"]
      expect(yield* fleet("audit", ...html)).toMatchObject({ exitCode: 0 })
      expect(yield* fleet("compare", "--before", at("mon"), "--output-dir", at("now"))).toMatchObject({ exitCode: 0 })
      const files = ["--before", at("mon"), "--after", at("mon"), "--output-dir", at("then")]
      expect(yield* fleet("compare", ...files)).toMatchObject({ exitCode: 0 })
      expect(yield* fleet("plan", "--desired", at("desired"), "--output-dir", at("plans"))).toMatchObject({
        exitCode: 0
      })

      for (const one of [acme, globex]) {
        yield* alone(one, "snapshot", "--output", at("one.json"))
        yield* alone(one, "audit", "--list", "3", "--output", at("audit.json"))
        same("audit.json", `audits/${one.id}.json`)
        yield* alone(one, "compare", at(`mon/${one.id}.json`), "--output", at("compare.json"))
        same("compare.json", `now/${one.id}.json`)
        yield* alone(one, "audit", "--no-people", "--output", at("audit.html"))
        const titleOf = (path: string) => /<title>.*<\/title>/.exec(readFileSync(at(path), "utf8"))![0]
        expect(titleOf(`pages/${one.id}.html`)).toBe(titleOf("audit.html"))
      }
      yield* alone(globex, "plan", at("desired/globex.csv"), "--output", at("plan.json"))
      same("plan.json", "plans/globex.json")
      expect(JSON.parse(readFileSync(at("now/acme.json"), "utf8")).licenses).toHaveLength(1)
      expect(JSON.parse(readFileSync(at("then/acme.json"), "utf8")).licenses).toEqual([])
    }).pipe(Effect.scoped)
  )

  it.live("sums up what it did, in each format, with a spark for what changed", () =>
    Effect.gen(function* () {
      const [acme, globex] = [yield* organization("acme"), yield* organization("globex")]
      const { at, fleet } = yield* fleetOf(acme, globex)
      yield* fleet("snapshot", "--output-dir", at("mon"))
      const user = (yield* acme.users).find(({ licenses }) => !licenses.includes("wallboardUser"))!
      yield* acme.grant(user.id, "wallboardUser")
      const compare = (...args: ReadonlyArray<string>) =>
        fleet("compare", "--before", at("mon"), "--output-dir", at("changes"), ...args)
      expect((yield* compare()).stdout).toBe(
        [
          "  Organization   State   joined   left   gained   lost",
          "  acme           done         0      0        1      0",
          "  globex         done         0      0        0      0",
          "",
          "2 of 2 organizations done",
          ""
        ].join("\n")
      )
      expect((yield* compare("--format", "csv")).stdout.split(/\r?\n/)[1]).toBe("acme,done,0,0,1,0,acme.json,")
      const { stdout } = yield* compare("--format", "json")
      expect(JSON.parse(stdout)).toMatchObject({
        version: 1,
        command: "compare",
        counts: { done: 2, failed: 0 },
        organizations: [
          { id: "acme", isDoneBefore: true, changes: [{ licenseId: "wallboardUser", gained: 1, lost: 0 }] },
          { id: "globex", changes: [] }
        ]
      })
      yield* compare("--output", at("changes/fleet.html"))
      const page = readFileSync(at("changes/fleet.html"), "utf8")
      expect(page.match(/<svg /g)).toHaveLength(2)
      expect(page).toContain('aria-label="1 license gained, 0 licenses lost"')
    }).pipe(Effect.scoped)
  )

  it.live(
    "does only what is left, and again what is asked for again, what was changed or what is asked otherwise",
    () =>
      Effect.gen(function* () {
        const [acme, globex] = [yield* organization("acme"), yield* organization("globex")]
        const { at, fleet, summary } = yield* fleetOf(acme, globex)
        const out = ["--output-dir", at("out")]
        const asked = Effect.gen(function* () {
          const before = [yield* acme.requests, yield* globex.requests] as const
          return Effect.map(Effect.all([acme.requests, globex.requests]), ([a, b]) => [a > before[0], b > before[1]])
        })
        yield* fleet("snapshot", ...out, "--only", "acme")
        let during = yield* asked
        expect((yield* summary("snapshot", ...out)).summary.organizations).toMatchObject([
          { id: "acme", state: "done", isDoneBefore: true, numbers: { users: 40 } },
          { id: "globex", state: "done", isDoneBefore: false, numbers: { users: 40 } }
        ])
        expect(yield* during).toEqual([false, true])

        during = yield* asked
        yield* fleet("snapshot", ...out)
        expect(yield* during).toEqual([false, false])

        during = yield* asked
        writeFileSync(at("out/globex.json"), "{}")
        yield* fleet("snapshot", ...out)
        expect(yield* during).toEqual([false, true])

        during = yield* asked
        rmSync(at("out/acme.json"))
        yield* fleet("snapshot", ...out, "--except", "globex")
        expect(yield* during).toEqual([true, false])

        during = yield* asked
        yield* fleet("snapshot", ...out, "--page-size", "20")
        expect(yield* during).toEqual([true, true])

        during = yield* asked
        yield* fleet("snapshot", ...out, "--page-size", "20", "--again", "--only", "globex")
        expect(yield* during).toEqual([false, true])
      }).pipe(Effect.scoped)
  )

  it.live("goes on without those that fail, says why, and ends with 2", () =>
    Effect.gen(function* () {
      const acme = yield* organization("acme")
      const refused = yield* organization("refused", { clients: [{ ...client, secret: `${Canary.clientSecret}-2` }] })
      const forbidden = yield* organization("forbidden", {
        faults: [{ operation: "getLicenseDefinitions", fault: { type: "status", status: 403 } }]
      })
      const limited = yield* organization("limited", {
        faults: [{ operation: "getLicenseUsers", fault: { type: "status", status: 429, retryAfter: 10_800 } }]
      })
      const { at, env, list, summary } = yield* fleetOf(acme, refused, forbidden, limited)
      list(
        ...[acme, refused, forbidden, limited].map(({ listed }) => listed),
        { ...acme.listed, id: "nosecret", secret: "NOT_SET" },
        { ...acme.listed, id: "badsecret", secret: "BAD_SECRET" }
      )
      env["BAD_SECRET"] = "two\nlines"
      const audit = yield* summary("audit", "--output-dir", at("out"))
      expect(audit.exitCode).toBe(2)
      expect(audit.summary.organizations).toMatchObject([
        { id: "acme", state: "done" },
        { id: "refused", state: "failed", error: { reason: "AuthenticationFailed", isRetryable: false } },
        { id: "forbidden", state: "failed", error: { reason: "Forbidden", isRetryable: false } },
        { id: "limited", state: "failed", error: { reason: "RateLimited", isRetryable: true } },
        {
          id: "nosecret",
          state: "failed",
          error: { reason: "SecretMissing", message: expect.stringMatching(/NOT_SET/) }
        },
        {
          id: "badsecret",
          state: "failed",
          error: {
            reason: "InvalidConfiguration",
            message: expect.stringMatching(
              /^configure: BAD_SECRET contains a line break or another character that a header cannot contain\.$/
            )
          }
        }
      ])
      expect(audit.stderr).toMatch(/^acme: done$/m)
      expect(audit.stderr).toMatch(/^nosecret: failed\. NOT_SET is not set\. Set it to the secret .* of nosecret\.$/m)
      expect(readdirSync(at("out")).sort()).toEqual(["acme.json", "fleet.ndjson"])

      delete env["BAD_SECRET"]
      mkdirSync(at("secrets"))
      for (const [name, secret] of Object.entries(env)) writeFileSync(at(`secrets/${name}`), `${secret}\n`)
      writeFileSync(at("secrets/SECRET_OF_REFUSED"), `${Canary.clientSecret}-2`)
      const again = yield* run(
        ["fleet", "audit", at("orgs.json"), "--output-dir", at("out"), "--secrets-dir", at("secrets"), "--format=json"],
        {}
      )
      expect(statesOf(JSON.parse(again.stdout))).toEqual({
        acme: "done",
        refused: "done",
        forbidden: "failed",
        limited: "failed",
        nosecret: "failed",
        badsecret: "failed"
      })
      const all = [audit.stdout, audit.stderr, again.stdout, again.stderr, readFileSync(at("out/fleet.ndjson"), "utf8")]
      for (const text of all) expect(text).not.toContain(Canary.mark)
    }).pipe(Effect.scoped)
  )

  it.live("opens one HTTP client for all, so that those on the same host share its sockets", () =>
    Effect.gen(function* () {
      const { at, fleet } = yield* fleetOf(yield* organization("acme"), yield* organization("globex"))
      let opened = 0
      const client = UndiciHttpClient.layer.pipe(Layer.provideMerge(Layer.effectDiscard(Effect.sync(() => opened++))))
      expect(
        yield* fleet("snapshot", "--output-dir", at("out")).pipe(
          Effect.provideService(Connection.CurrentNetwork, Effect.succeed({ client, proxy: undefined }))
        )
      ).toMatchObject({ exitCode: 0 })
      expect(opened).toBe(1)
    }).pipe(Effect.scoped)
  )

  it.live("is led to no other organization by what the environment says of one", () =>
    Effect.gen(function* () {
      const [acme, other] = [yield* organization("acme"), yield* organization("other")]
      const { at, env, summary } = yield* fleetOf(acme)
      const elsewhere = new URL(other.url)
      Object.assign(env, {
        GENESYSCLOUD_REGION: "us-east-1",
        GENESYSCLOUD_ACCESS_TOKEN: "of-another-organization",
        GENESYSCLOUD_GATEWAY_HOST: elsewhere.hostname,
        GENESYSCLOUD_GATEWAY_PORT: elsewhere.port,
        GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
        GENESYSCLOUD_GATEWAY_PATH_PARAMS_API: "elsewhere"
      })
      const audit = yield* summary("audit", "--output-dir", at("out"))
      expect(statesOf(audit.summary)).toEqual({ acme: "done" })
      expect(yield* acme.requests).toBeGreaterThan(0)
      expect(yield* other.requests).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.live("asks nobody when it is called wrongly", () =>
    Effect.gen(function* () {
      const acme = yield* organization("acme")
      const { at, fleet, list } = yield* fleetOf(acme)
      const refused = Effect.fnUntraced(function* (expected: string, ...args: ReadonlyArray<string>) {
        const outcome = yield* fleet("audit", ...args)
        expect(outcome).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(expected) })
      })
      const out = ["--output-dir", at("out")]
      yield* refused("unknown organization acne; the file has acme", ...out, "--only", "acne")
      yield* refused("Expected a time such as", ...out, "--timeout", "soon")
      yield* refused("is the same file as the list of organizations", ...out, "--output", at("orgs.json"))
      list(acme.listed, { ...acme.listed, id: "Acme" })
      yield* refused("organizations[1].id (Acme) is used twice, as acme and Acme", ...out)
      list({ ...acme.listed, secret: "aSecretInPlaceOfItsName" })
      yield* refused("organizations[0].secret of acme must be the name of a variable", ...out)
      rmSync(at("orgs.json"))
      yield* refused("orgs.json cannot be read: there is no such file", ...out)
      expect(yield* acme.requests).toBe(0)
    }).pipe(Effect.scoped)
  )
})

describe("fleet apply", () => {
  /** Two organizations, and plans that give a license to a user of each. */
  const planned = Effect.gen(function* () {
    const [acme, globex] = [yield* organization("acme"), yield* organization("globex")]
    const fleet = yield* fleetOf(acme, globex)
    const { at } = fleet
    mkdirSync(at("desired"))
    for (const { id, users } of [acme, globex]) {
      const { id: userId } = (yield* users).find(({ licenses }) => !licenses.includes("wallboardUser"))!
      writeFileSync(at(`desired/${id}.csv`), `userId,licenseId\n${userId},wallboardUser\n`)
    }
    const plan = yield* fleet.summary("plan", "--desired", at("desired"), "--output-dir", at("plans"))
    expect(plan.summary.organizations).toMatchObject([
      { id: "acme", state: "done", numbers: { toGive: 1, toTakeAway: 0 } },
      { id: "globex", state: "done", numbers: { toGive: 1, toTakeAway: 0 } }
    ])
    const apply = ["--plans", at("plans"), "--output-dir", at("applied"), "--yes"] as const
    return { acme, globex, apply, ...fleet }
  })

  it.live("changes what the plans say, once, after somebody said yes", () =>
    Effect.gen(function* () {
      const { acme, apply, at, fleet, globex, summary } = yield* planned
      const before = yield* fleet("apply", ...apply.slice(0, -1))
      expect(before).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringContaining("The plans of 2 organizations give 2 licenses and take away 0.")
      })
      expect([yield* acme.writes, yield* globex.writes]).toEqual([0, 0])

      for (const isDoneBefore of [false, true]) {
        const applied = yield* summary("apply", ...apply)
        expect(applied.exitCode).toBe(0)
        expect(applied.summary.organizations).toMatchObject([
          { id: "acme", state: "done", numbers: { given: 1, notDone: 0 }, isDoneBefore },
          { id: "globex", state: "done", numbers: { given: 1, notDone: 0 }, isDoneBefore }
        ])
      }
      expect([yield* acme.writes, yield* globex.writes]).toEqual([1, 1])
      expect(existsSync(at("plans/acme.journal.ndjson"))).toBe(true)

      // A journal beside the plans is no plan.
      expect(yield* fleet("apply", ...apply, "--again")).toMatchObject({ exitCode: 0 })
      expect([yield* acme.writes, yield* globex.writes]).toEqual([1, 1])
    }).pipe(Effect.scoped)
  )

  it.live("touches no organization with the plan of another one", () =>
    Effect.gen(function* () {
      const { acme, apply, at, fleet, globex, summary } = yield* planned
      const [one, other] = [readFileSync(at("plans/acme.json")), readFileSync(at("plans/globex.json"))]
      writeFileSync(at("plans/acme.json"), other)
      const twice = yield* fleet("apply", ...apply)
      expect(twice).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is for the same organization as") })
      writeFileSync(at("plans/globex.json"), one)
      const swapped = yield* summary("apply", ...apply)
      expect(swapped.exitCode).toBe(2)
      expect(swapped.summary.organizations).toMatchObject([
        { id: "acme", state: "failed", error: { reason: "WrongOrganization" } },
        { id: "globex", state: "failed", error: { reason: "WrongOrganization" } }
      ])
      expect([yield* acme.writes, yield* globex.writes]).toEqual([0, 0])
    }).pipe(Effect.scoped)
  )

  it.live("refuses plans that do not say by id which organization they are for", () =>
    Effect.gen(function* () {
      const faults = [{ operation: "getOrganizationsMe", fault: { type: "status", status: 403 } }] as const
      const acme = yield* organization("acme", { faults })
      const { at, fleet } = yield* fleetOf(acme)
      mkdirSync(at("desired"))
      const [user] = yield* acme.users
      writeFileSync(at("desired/acme.csv"), `userId,licenseId,state\n${user!.id},wallboardUser,present\n`)
      yield* fleet("plan", "--desired", at("desired"), "--output-dir", at("plans"))
      const apply = yield* fleet("apply", "--plans", at("plans"), "--output-dir", at("applied"), "--yes")
      expect(apply).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("plans/acme.json: it does not record the id of its organization")
      })
      expect(yield* acme.writes).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.live("refuses a file that is of no organization, and leaves out who has none", () =>
    Effect.gen(function* () {
      const { apply, at, fleet } = yield* planned
      writeFileSync(at("desired/initech.csv"), "userId,licenseId\n")
      const plan = ["plan", "--desired", at("desired"), "--output-dir", at("again")] as const
      expect(yield* fleet(...plan)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("initech.csv belongs to no organization: there is no id initech.")
      })
      rmSync(at("desired/initech.csv"))
      rmSync(at("plans/acme.json"))
      const applied = yield* fleet("apply", ...apply, "--format", "json")
      expect(applied.stderr).toContain(`Skipped, because they have no plan in ${at("plans")}: acme.`)
      expect(statesOf(JSON.parse(applied.stdout))).toEqual({ globex: "done" })
    }).pipe(Effect.scoped)
  )

  it.live("is partly done where a plan is larger than it may be, and goes on when it may", () =>
    Effect.gen(function* () {
      const { acme, apply, at, globex, summary } = yield* planned
      expect((yield* summary("apply", ...apply, "--max-changes", "0")).summary.organizations).toMatchObject([
        { state: "failed", error: { reason: "TooManyChanges" } },
        { state: "failed", error: { reason: "TooManyChanges" } }
      ])
      expect([yield* acme.writes, yield* globex.writes]).toEqual([0, 0])
      expect(existsSync(at("plans/acme.journal.ndjson"))).toBe(false)
      expect((yield* summary("apply", ...apply, "--max-changes", "1")).summary.counts).toMatchObject({ done: 2 })
    }).pipe(Effect.scoped)
  )
})
