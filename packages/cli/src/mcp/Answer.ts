/**
 * Answers for an assistant: short, and honest about what they leave out.
 */
import type { Drift } from "@genesys-license/client/Drift"

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

/** That somebody may be missing, because the list of users moved while it was read. */
export const moved = (drift: Drift | undefined) =>
  drift !== undefined && !drift.confirmed && drift.possiblyMissed > 0 ? { possiblyMissed: drift.possiblyMissed } : {}

/** Whether a text has a part, whatever the capitals and accents: "muller" is part of Müller. */
export const includes = (text: string, part: string): boolean => plain(text).includes(plain(part))

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").trim().toLowerCase()
