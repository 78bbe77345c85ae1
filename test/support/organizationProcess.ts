/**
 * An emulated organization in a separate process. Commands find it only through their
 * environment. Tests use the control routes of its emulator.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Processes from "./processes.ts"

interface User {
  readonly id: string
  readonly licenses: ReadonlyArray<string>
}

/** The used part of a change in a request. */
interface Assignment {
  readonly licenseId: string
  readonly userIdsAdd?: ReadonlyArray<string>
  readonly userIdsRemove?: ReadonlyArray<string>
}

const changing = "/journal?operation=postLicenseOrganization"

/** Starts the process until the scope closes: with 40 users of a seed, or with the organization of a file. */
export const start = Effect.fnUntraced(function* (of: { readonly seed: string } | { readonly file: string }) {
  const which = "seed" in of ? ["--users", "40", "--seed", of.seed] : ["--org", of.file]
  const emulator = ["packages/emulator/src/main.ts", "--port", "0", "--rate", "off", ...which]
  const printed = yield* (yield* Processes.start(process.execPath, emulator)).printed(/Ctrl-C stops it\.\n/)
  const env: Readonly<Record<string, string>> = Object.fromEntries(
    [...printed.matchAll(/^ {2}export (\w+)=(.+)$/gm)].map(([, name, value]) => [name, value])
  )
  /** Calls a control route, which bypasses everything that is tested. */
  const control = (method: string, path: string, body?: unknown) =>
    Effect.promise(async () => {
      const response = await fetch(`${env["GENESYS_LICENSE_EMULATOR_CONTROL"]}${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } })
      })
      return JSON.parse((await response.text()) || "null")
    })

  return {
    env,
    /** All users, sorted. */
    users: Effect.map(control("GET", "/organization"), ({ users }: { users: ReadonlyArray<User> }) =>
      users
        .map(({ id, licenses }) => ({ id, licenses: [...licenses].sort() }))
        .sort((one, other) => (one.id < other.id ? -1 : 1))
    ),
    /** The changes that were sent since the last call of this function, such as `+ cloudCX3 some-user`. */
    changesSent: Effect.map(
      Effect.tap(control("GET", changing), control("DELETE", "/journal")),
      ({ requests }: { requests: ReadonlyArray<{ body: { assignments: ReadonlyArray<Assignment> } }> }) =>
        requests
          .flatMap(({ body }) => body.assignments)
          .flatMap(({ licenseId, userIdsAdd = [], userIdsRemove = [] }) => [
            ...userIdsAdd.map((userId) => `+ ${licenseId} ${userId}`),
            ...userIdsRemove.map((userId) => `- ${licenseId} ${userId}`)
          ])
          .sort()
    ),
    /** Makes the emulator perform the n-th request for changes without an answer. */
    neverAnswers: (nth: number) =>
      control("PUT", "/faults", [
        { operation: "postLicenseOrganization", nth, fault: { type: "hang", performed: true } }
      ]),
    /** Waits until a request waits for that answer. */
    somebodyWaits: Effect.repeat(control("GET", "/faults"), {
      until: ([{ fired }]: readonly [{ readonly fired: number }]) => fired > 0,
      schedule: Schedule.spaced("20 millis")
    }),
    works: control("DELETE", "/faults"),
    /** Waits until this many requests for changes have an answer, or were aborted by their sender. */
    hasSeen: (count: number) =>
      Effect.repeat(control("GET", changing), {
        until: ({ requests }: { readonly requests: ReadonlyArray<unknown> }) => requests.length >= count,
        schedule: Schedule.spaced("20 millis")
      })
  }
})
