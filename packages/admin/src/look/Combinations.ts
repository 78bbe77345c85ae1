/**
 * Counts users by their combination of licenses. An organization has many users, but few
 * combinations.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import type { UserLicenses } from "@genesys-license/schema/license/User"

/** A combination of licenses, and the users who hold exactly these. */
export interface Combination {
  /** The licenses, sorted, each once. */
  readonly ids: ReadonlyArray<LicenseId>
  users: number
  /** The first users, as many as were requested. */
  readonly userIds: Array<UserId>
}

export interface Combinations {
  /** Counts a user, and returns the user's combination. */
  readonly add: (user: UserLicenses) => Combination
  readonly all: Iterable<Combination>
}

/** `listed` is how many user ids to keep for each combination. */
export const make = (listed: number): Combinations => {
  // Keyed by the list as the server sends it, so that the usual case needs no sorting and no allocation.
  const bySpelling = new Map<string, Combination>()
  const byContent = new Map<string, Combination>()

  const intern = (licenses: ReadonlyArray<LicenseId>, spelling: string) => {
    const ids = [...new Set(licenses)].sort()
    const content = JSON.stringify(ids)
    const combination = byContent.get(content) ?? { ids, users: 0, userIds: [] }
    byContent.set(content, combination)
    // Limited, because a server may send the same licenses in many different orders.
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
