/**
 * The users of an organization: what the list shows, and what a batch of
 * assignments makes of it.
 *
 * Made for a million of them. Users who hold the same share one `Holding`, a change
 * touches the users that it names and no list, and a page is written from text that
 * is ready.
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

/** What some users hold, and the JSON of it. */
interface Holding {
  readonly licenses: ReadonlyArray<LicenseId>
  readonly json: string
}

interface Member {
  readonly id: UserId
  holding: Holding
}

/** Users in the order of the list and by id. What they hold changes in place. */
export interface Users {
  readonly list: ReadonlyArray<Member>
  readonly byId: ReadonlyMap<UserId, Member>
  /** What those held at the beginning, or when they joined, who hold something else now. */
  readonly began: Map<UserId, Holding>
}

/** Who is there twice is listed twice, and holds what was said last. Whoever was there before, began before. */
export const make = (users: Iterable<UserLicenses>, before?: Users): Users => {
  const list: Array<Member> = []
  const byId = new Map<UserId, Member>()
  const began = new Map<UserId, Holding>()
  const holdings = new Map<string, Holding>()
  for (const { id, licenses } of users) {
    const json = JSON.stringify(licenses)
    const holding = holdings.get(json) ?? { licenses, json }
    holdings.set(json, holding)
    const member = byId.get(id) ?? { id, holding }
    member.holding = holding
    byId.set(id, member)
    list.push(member)
    const initially = before?.began.get(id) ?? before?.byId.get(id)?.holding
    if (initially !== undefined) remember(began, id, initially, holding)
  }
  return { list, byId, began }
}

/** Keeps what somebody began with, for as long as they hold something else. */
const remember = (began: Map<UserId, Holding>, id: UserId, before: Holding, now: Holding) => {
  const initially = began.get(id) ?? before
  if (initially.json === now.json) began.delete(id)
  else began.set(id, initially)
}

export const toArray = ({ list }: Users): ReadonlyArray<UserLicenses> =>
  list.map(({ holding: { licenses }, id }) => ({ id, licenses }))

/** The licenses of a user. */
export const find = ({ byId }: Users, id: UserId): ReadonlyArray<LicenseId> | undefined =>
  byId.get(id)?.holding.licenses

/** The licenses that a user began with. */
export const initially = ({ began, byId }: Users, id: UserId): ReadonlyArray<LicenseId> =>
  (began.get(id) ?? byId.get(id)?.holding)?.licenses ?? []

/** The path that the API gives for a user. */
export const selfUri = (id: UserId) => `${selfUriPrefix}${id}`

const selfUriPrefix = "/api/v2/license/users/"

/** One page. Past the end there are no users, and no error. */
export const page = (users: Users, query: Page.PageQuery): UserLicensesEntityListing => ({
  entities: Page.slice(users.list, query).map(({ holding: { licenses }, id }) => ({
    id,
    licenses,
    selfUri: selfUri(id)
  })),
  ...Page.counts(users.list.length, query)
})

/**
 * The JSON of {@link page}, without going through its schema: this answer is what
 * an emulator of a large organization spends its time on.
 */
export const pageJson = (users: Users, query: Page.PageQuery): string => {
  const entities = Page.slice(users.list, query).map(({ holding, id }) => {
    const quoted = JSON.stringify(id)
    return `{"id":${quoted},"licenses":${holding.json},"selfUri":"${selfUriPrefix}${quoted.slice(1)}}`
  })
  return `{"entities":[${entities.join(",")}],${JSON.stringify(Page.counts(users.list.length, query)).slice(1)}`
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
    // Who held the same holds the same afterwards, and goes on sharing it.
    const changed = new Map<Holding, Holding>()
    for (const userId of userIds) {
      const user = users.byId.get(userId)
      if (known && user !== undefined) {
        const before = user.holding
        user.holding = changed.get(before) ?? holdingOf(change(before.licenses))
        changed.set(before, user.holding)
        remember(users.began, userId, before, user.holding)
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
