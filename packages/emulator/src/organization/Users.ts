/**
 * The users of an organization, their licenses, and how assignments change them.
 *
 * Fast enough for a million users: users with the same licenses share one `Holding`, an assignment
 * changes only the users that it names, and a page is written from prepared JSON.
 */
import type {
  LicenseAssignmentRequest,
  LicenseId,
  LicenseUpdateStatus,
  UserId,
  UserLicenses,
  UserLicensesEntityListing
} from "../Models.ts"
import * as Page from "./Page.ts"

/** A combination of licenses that users hold, and its JSON. */
interface Holding {
  readonly licenses: ReadonlyArray<LicenseId>
  readonly json: string
}

interface Member {
  readonly id: UserId
  holding: Holding
}

/** The users in the order of the list, and by id. Assignments change the holding of a member in place. */
export interface Users {
  readonly list: ReadonlyArray<Member>
  readonly byId: ReadonlyMap<UserId, Member>
  /** For each user whose licenses have changed: the licenses at the start, or when the user joined. */
  readonly initialHoldings: Map<UserId, Holding>
}

/**
 * Creates the users. An id that occurs twice is listed twice, and its last licenses count for both. Initial holdings
 * of users who are also in `previous` are kept.
 */
export const make = (users: Iterable<UserLicenses>, previous?: Users): Users => {
  const list: Array<Member> = []
  const byId = new Map<UserId, Member>()
  const initialHoldings = new Map<UserId, Holding>()
  const holdings = new Map<string, Holding>()
  for (const { id, licenses } of users) {
    const json = JSON.stringify(licenses)
    const holding = holdings.get(json) ?? { licenses, json }
    holdings.set(json, holding)
    const member = byId.get(id) ?? { id, holding }
    member.holding = holding
    byId.set(id, member)
    list.push(member)
    const initial = previous?.initialHoldings.get(id) ?? previous?.byId.get(id)?.holding
    if (initial !== undefined) rememberInitial(initialHoldings, id, initial, holding)
  }
  return { list, byId, initialHoldings }
}

/** Keeps the initial holding only as long as it differs from the current one, to save memory. */
const rememberInitial = (initialHoldings: Users["initialHoldings"], id: UserId, previous: Holding, now: Holding) => {
  const initial = initialHoldings.get(id) ?? previous
  if (initial.json === now.json) initialHoldings.delete(id)
  else initialHoldings.set(id, initial)
}

export const toArray = ({ list }: Users): ReadonlyArray<UserLicenses> =>
  list.map(({ holding: { licenses }, id }) => ({ id, licenses }))

/** The licenses of a user. `undefined` if there is no such user. */
export const find = ({ byId }: Users, id: UserId): ReadonlyArray<LicenseId> | undefined =>
  byId.get(id)?.holding.licenses

/** The licenses of a user at the start, or when the user joined. */
export const initialLicenses = ({ byId, initialHoldings }: Users, id: UserId): ReadonlyArray<LicenseId> =>
  (initialHoldings.get(id) ?? byId.get(id)?.holding)?.licenses ?? []

/** The `selfUri` of a user. */
export const selfUri = (id: UserId) => `${selfUriPrefix}${id}`

const selfUriPrefix = "/api/v2/license/users/"

/** One page. A page after the last one is empty, and not an error. */
export const page = (users: Users, query: Page.PageQuery): UserLicensesEntityListing => ({
  entities: Page.slice(users.list, query).map(({ holding: { licenses }, id }) => ({
    id,
    licenses,
    selfUri: selfUri(id)
  })),
  ...Page.counts(users.list.length, query)
})

/** The JSON of {@link page}, without its schema. A large organization spends most of its time on this answer. */
export const pageJson = (users: Users, query: Page.PageQuery): string => {
  const entities = Page.slice(users.list, query).map(({ holding, id }) => {
    const quoted = JSON.stringify(id)
    return `{"id":${quoted},"licenses":${holding.json},"selfUri":"${selfUriPrefix}${quoted.slice(1)}}`
  })
  return `{"entities":[${entities.join(",")}],${JSON.stringify(Page.counts(users.list.length, query)).slice(1)}`
}

/**
 * Applies assignments in their order. Within one assignment, additions come before removals. Each pair of user
 * and license is reported once. The texts of `result` are invented, because the vendor documents none.
 */
export const assign = (
  users: Users,
  assignments: ReadonlyArray<LicenseAssignmentRequest>,
  isDefined: (id: LicenseId) => boolean
): ReadonlyArray<LicenseUpdateStatus> => {
  const statuses = new Map<LicenseId, Map<UserId, LicenseUpdateStatus>>()

  const update = (
    licenseId: LicenseId,
    userIds: ReadonlyArray<UserId>,
    change: (held: ReadonlyArray<LicenseId>) => ReadonlyArray<LicenseId>
  ) => {
    const reported = statuses.get(licenseId) ?? new Map<UserId, LicenseUpdateStatus>()
    statuses.set(licenseId, reported)
    const known = isDefined(licenseId)
    // Users who shared a holding before share the new one.
    const changed = new Map<Holding, Holding>()
    for (const userId of userIds) {
      const user = users.byId.get(userId)
      if (known && user !== undefined) {
        const before = user.holding
        user.holding = changed.get(before) ?? holdingOf(change(before.licenses))
        changed.set(before, user.holding)
        rememberInitial(users.initialHoldings, userId, before, user.holding)
      }
      const result = !known ? "License not found" : user === undefined ? "User not found" : "Success"
      reported.set(userId, { userId, licenseId, result })
    }
  }

  for (const { licenseId, userIdsAdd, userIdsRemove } of assignments) {
    update(licenseId, userIdsAdd, (held) => (held.includes(licenseId) ? held : [...held, licenseId]))
    update(licenseId, userIdsRemove, (held) => held.filter((id) => id !== licenseId))
  }
  return [...statuses.values()].flatMap((reported) => [...reported.values()])
}

const holdingOf = (licenses: ReadonlyArray<LicenseId>): Holding => ({ licenses, json: JSON.stringify(licenses) })
