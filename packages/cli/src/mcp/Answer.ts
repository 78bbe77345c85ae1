/**
 * Helpers for answers to an assistant. Answers are short, and say what they leave out.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import type { Drift } from "@genesys-license/client/Drift"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { Misused } from "../terminal/Ending.ts"

/** The maximum length of lists without a `limit`, such as licenses. */
export const most = 200

/** The maximum number of permissions that explain one license. */
export const mostReasons = 10

/** The first items of a list. `count` includes all items, and `more` is how many are left out. */
export const first = <A>(items: ReadonlyArray<A>, limit: number) => ({
  count: items.length,
  items: items.slice(0, limit),
  ...(items.length > limit && { more: items.length - limit })
})

/** A user in a list. The name is absent if nobody knows it. */
export const who = ({ name, userId }: { readonly userId: string; readonly name?: string | undefined }) => ({
  userId,
  ...(name !== undefined && { name })
})

/** How many users may be missing, because the list changed while it was read. */
export const moved = (drift: Drift | undefined) =>
  drift !== undefined && !drift.confirmed && drift.possiblyMissed > 0 ? { possiblyMissed: drift.possiblyMissed } : {}

/** Whether a text contains a part. Ignores capitals and accents: "muller" is in "Müller". */
export const includes = (text: string, part: string): boolean => plain(text).includes(plain(part))

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").trim().toLowerCase()

/** The message of an error. Adds the permission for the directory, which the API contract does not name. */
export const sentence = (error: AdminError | GenesysError | Misused): string =>
  error._tag === "GenesysError" && error.reason._tag === "Forbidden" && error.operation === "getUsers"
    ? `${error.message} To read the directory, give a role of the OAuth client the permission directory > user > view.`
    : error.message
