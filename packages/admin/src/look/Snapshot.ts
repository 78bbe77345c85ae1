/**
 * A snapshot file: who held which license at one time.
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

/** A user and their licenses. */
export const Holding = Schema.Struct({ id: UserId, licenses: Schema.Array(LicenseId) })
export interface Holding extends Schema.Schema.Type<typeof Holding> {}

const hasEachUserOnce = Schema.makeFilter((holdings: ReadonlyArray<Holding>) => {
  const seen = new Set<UserId>()
  const twice = holdings.find(({ id }) => seen.has(id) || !seen.add(id))
  return twice === undefined ? undefined : "a user occurs twice"
})

/** Users with their licenses. Each user occurs once. */
export const Holdings = Schema.Array(Holding).check(hasEachUserOnce)

/** Who held which license at one time. */
export const Snapshot = Schema.Struct({
  /** The time when the reading began, ISO 8601. */
  takenAt: Schema.String,
  /** The organization. */
  organization: Schema.optionalKey(Recorded),
  /** Changes of the list that were seen while it was read. */
  drift: Schema.optionalKey(Drift),
  /** The users in the order of ids. The licenses of each user are sorted, too. */
  users: Holdings
}).annotate({ identifier: "Snapshot" })
export interface Snapshot extends Schema.Schema.Type<typeof Snapshot> {}

/** The kind and version in the header of a snapshot file. */
export const kind: Document.Kind = { kind: "snapshot", version: 1 }

const document = Document.make({ ...kind, schema: Snapshot })

/** The checksum of the content of a snapshot. It does not depend on the formatting of the file. */
export const checksum = document.checksum
/** Encodes a snapshot as JSON with a checksum. */
export const encode = document.encode
/** Decodes a text. Fails if it was edited, or if its version is newer. */
export const decode = document.decode
/** Writes a snapshot to a file, replacing it if it exists. */
export const save = document.save
/** Reads a file and decodes it. */
export const load = document.load

/** Reads all users of the organization. `CompactSnapshot.take` needs a tenth of the memory. */
export const take = Effect.fn("Snapshot.take")(function* (
  options: Reading.Options & { readonly organization?: OrganizationIdentity | undefined } = {}
): Effect.fn.Return<Snapshot, GenesysError, LicenseService> {
  const takenAt = DateTime.formatIso(yield* DateTime.now)
  // Users with the same licenses share one list.
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
