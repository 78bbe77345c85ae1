/**
 * Users counted by what they hold: an organization has many users, and few sets of
 * licenses that are held together.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import type { UserLicenses } from "@genesys-license/schema/license/User"

/** A set of licenses, and those who hold exactly that. */
export interface Combination {
  /** In order, each once. */
  readonly ids: ReadonlyArray<LicenseId>
  users: number
  /** The first of the users, as many as are wanted. */
  readonly userIds: Array<UserId>
}

export interface Combinations {
  /** Counts users, and tells the combination of each. */
  readonly add: (user: UserLicenses) => Combination
  readonly all: Iterable<Combination>
}

/** `listed`: how many users of a combination are remembered. */
export const make = (listed: number): Combinations => {
  // By the list as the server sends it, so that the usual case neither sorts nor allocates.
  const bySpelling = new Map<string, Combination>()
  const byContent = new Map<string, Combination>()

  const intern = (licenses: ReadonlyArray<LicenseId>, spelling: string) => {
    const ids = [...new Set(licenses)].sort()
    const content = JSON.stringify(ids)
    const combination = byContent.get(content) ?? { ids, users: 0, userIds: [] }
    byContent.set(content, combination)
    // Not without end: a server may send the same licenses in ever new orders.
    if (bySpelling.size < 10_000) bySpelling.set(spelling, combination)
    return combination
  }

  return {
    add: ({ id, licenses }) => {
      const spelling = JSON.stringify(licenses)
      const combination = bySpelling.get(spelling) ?? intern(licenses, spelling)
      combination.users += 1
      if (combination.userIds.length < listed) combination.userIds.push(id)
      return combination
    },
    all: { [Symbol.iterator]: () => byContent.values() }
  }
}
