/**
 * Answers for an assistant: short, and honest about what they leave out.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import type { Drift } from "@genesys-license/client/Drift"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { Misused } from "../terminal/Ending.ts"

/** Entries of a list that no `limit` is for, such as licenses. */
export const most = 200

/** Permissions that explain one license. */
export const mostReasons = 10

/** The first of a list. `count` is of all of them, and `more` says how many are left out. */
export const first = <A>(items: ReadonlyArray<A>, limit: number) => ({
  count: items.length,
  items: items.slice(0, limit),
  ...(items.length > limit && { more: items.length - limit })
})

/** Somebody in a list. Only ids that nobody knows have no name. */
export const who = ({ name, userId }: { readonly userId: string; readonly name?: string | undefined }) => ({
  userId,
  ...(name !== undefined && { name })
})

/** That somebody may be missing, because the list of users moved while it was read. */
export const moved = (drift: Drift | undefined) =>
  drift !== undefined && !drift.confirmed && drift.possiblyMissed > 0 ? { possiblyMissed: drift.possiblyMissed } : {}

/** Whether a text has a part, whatever the capitals and accents: "muller" is part of Müller. */
export const includes = (text: string, part: string): boolean => plain(text).includes(plain(part))

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").trim().toLowerCase()

/** What went wrong, and what to do next. No permission for the directory is documented, so that errors cannot name it. */
export const sentence = (error: AdminError | GenesysError | Misused): string =>
  error._tag === "GenesysError" && error.reason._tag === "Forbidden" && error.operation === "getUsers"
    ? `${error.message} To read the directory, give a role of the OAuth client directory > user > view.`
    : error.message
