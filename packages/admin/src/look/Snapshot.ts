/**
 * Who held what at one time, kept in a file.
 */
import { Drift } from "@genesys-license/client/Drift"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { LicenseService } from "@genesys-license/client/LicenseService"
import { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as Schema from "effect/Schema"
import * as Combinations from "./Combinations.ts"
import * as Document from "../files/Document.ts"
import { type OrganizationIdentity, Recorded } from "../organization/OrganizationIdentity.ts"
import * as Reading from "./Reading.ts"

/** A user, and what they held. */
export const Holding = Schema.Struct({ id: UserId, licenses: Schema.Array(LicenseId) })
export interface Holding extends Schema.Schema.Type<typeof Holding> {}

const hasEachUserOnce = Schema.makeFilter((holdings: ReadonlyArray<Holding>) => {
  const seen = new Set<UserId>()
  const twice = holdings.find(({ id }) => seen.has(id) || !seen.add(id))
  return twice === undefined ? undefined : "a user is there twice"
})

/** Users, each once. */
export const Holdings = Schema.Array(Holding).check(hasEachUserOnce)

/** Who held what at one time. */
export const Snapshot = Schema.Struct({
  /** When the reading began, ISO 8601. */
  takenAt: Schema.String,
  /** Which organization was read. */
  organization: Schema.optionalKey(Recorded),
  /** What was seen to move while it was taken. */
  drift: Schema.optionalKey(Drift),
  /** In the order of their ids; so are the licenses of each. */
  users: Holdings
}).annotate({ identifier: "Snapshot" })
export interface Snapshot extends Schema.Schema.Type<typeof Snapshot> {}

const document = Document.make({
  kind: "snapshot",
  version: 1,
  schema: Snapshot
})

/** Identifies the content of a snapshot, however its text is formatted. */
export const checksum = document.checksum
/** The text of a snapshot: JSON with its checksum. */
export const encode = document.encode
/** Reads a text. Fails if it was changed, or is of a later version. */
export const decode = document.decode
/** Writes a snapshot to a file, in the place of one that is there. */
export const save = document.save
/** Reads a file as `decode` reads a text. */
export const load = document.load

/** Reads all users. */
export const take = Effect.fn("Snapshot.take")(function* (
  options: Reading.Options & { readonly organization?: OrganizationIdentity | undefined } = {}
): Effect.fn.Return<Snapshot, GenesysError, LicenseService> {
  const takenAt = DateTime.formatIso(yield* DateTime.now)
  // One list for all who hold the same.
  const combinations = Combinations.make(0)
  const users: Array<Holding> = []
  const drift = yield* Reading.forEachPage(Reading.pages(options), (read) => {
    for (const user of read) users.push({ id: user.id, licenses: combinations.add(user).ids })
  })
  users.sort((a, b) => Order.String(a.id, b.id))
  return {
    takenAt,
    ...(options.organization !== undefined && { organization: options.organization }),
    ...(drift && { drift }),
    users
  }
})
