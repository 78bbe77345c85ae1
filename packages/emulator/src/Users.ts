/**
 * The users of an organization as a value: what the list shows, and what a batch
 * of assignments makes of it.
 */
import type { LicenseAssignmentRequest, LicenseUpdateStatus } from "@genesys-license/schema/Assignment"
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import type { UserLicenses, UserLicensesEntityListing } from "@genesys-license/schema/User"

/** Users in the order of the list, and where in it each id stands. */
export interface Users {
  readonly list: ReadonlyArray<UserLicenses>
  readonly positions: ReadonlyMap<UserId, number>
}

export const make = (list: ReadonlyArray<UserLicenses>): Users => {
  const positions = new Map<UserId, number>()
  list.forEach(({ id }, position) => positions.set(id, position))
  return { list, positions }
}

export const find = ({ list, positions }: Users, id: UserId): UserLicenses | undefined => {
  const position = positions.get(id)
  return position === undefined ? undefined : list[position]
}

/** The path that the API gives for a user. */
export const selfUri = (id: UserId) => `/api/v2/license/users/${id}`

/** One page, counted from 1. Past the end there are no users, and no error. */
export const page = (
  { list }: Users,
  { pageNumber, pageSize }: { readonly pageNumber: number; readonly pageSize: number }
): UserLicensesEntityListing => {
  const start = (pageNumber - 1) * pageSize
  return {
    entities: list.slice(start, start + pageSize).map((user) => ({ ...user, selfUri: selfUri(user.id) })),
    pageSize,
    pageNumber,
    total: list.length,
    pageCount: Math.ceil(list.length / pageSize)
  }
}

/**
 * Applies assignments in their order, and within one first what it adds. Each
 * (user, license) pair is reported once. The vendor documents no texts for
 * `result`; those here are our own.
 */
export const assign = (
  users: Users,
  assignments: ReadonlyArray<LicenseAssignmentRequest>,
  isDefined: (id: LicenseId) => boolean
): readonly [statuses: ReadonlyArray<LicenseUpdateStatus>, users: Users] => {
  const list = [...users.list]
  const statuses = new Map<LicenseId, Map<UserId, LicenseUpdateStatus>>()

  const update = (
    licenseId: LicenseId,
    userIds: ReadonlyArray<UserId>,
    change: (held: ReadonlyArray<LicenseId>) => ReadonlyArray<LicenseId>
  ) => {
    const reported = statuses.get(licenseId) ?? new Map<UserId, LicenseUpdateStatus>()
    statuses.set(licenseId, reported)
    for (const userId of userIds) {
      const position = users.positions.get(userId)
      const user = position === undefined ? undefined : list[position]
      const known = isDefined(licenseId)
      if (known && position !== undefined && user !== undefined) {
        list[position] = { ...user, licenses: change(user.licenses) }
      }
      const result = !known ? "License not found" : user === undefined ? "User not found" : "Success"
      reported.set(userId, { userId, licenseId, result })
    }
  }

  for (const { licenseId, userIdsAdd, userIdsRemove } of assignments) {
    update(licenseId, userIdsAdd, (held) => (held.includes(licenseId) ? held : [...held, licenseId]))
    update(licenseId, userIdsRemove, (held) => held.filter((id) => id !== licenseId))
  }
  return [[...statuses.values()].flatMap((reported) => [...reported.values()]), { ...users, list }]
}
