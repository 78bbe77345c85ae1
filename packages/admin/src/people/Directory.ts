/**
 * The people of an organization, as its own directory knows them.
 *
 * Read as cheaply as it can be: the whole list in pages of 500, active and inactive users
 * apart, or a few users by their ids, a hundred a request.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { UserService } from "@genesys-license/client/UserService"
import type { UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import type { UserExpansion, UserState } from "@genesys-license/schema/users/UsersApi"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Profile from "./Profile.ts"
import { ProfileTable } from "./ProfileTable.ts"
import * as UserIdCell from "./UserIdCell.ts"

/** Profiles by the sameness of their ids; see `UserIdCell.sameness`. */
export type Profiles = ReadonlyMap<UserId, Profile.Profile>

/** How the directory is read. */
export interface Options {
  /** Pages at the same time. Default: 4. */
  readonly concurrency?: number | undefined
  /** Users in one request. Default: 500, or fewer if the server takes fewer. */
  readonly pageSize?: number | undefined
  /** Hears how far it is, after each page. */
  readonly onProgress?:
    | ((progress: { readonly users: number; readonly total?: number }) => Effect.Effect<void>)
    | undefined
}

/** Hears of everybody in a reading, with more than a profile keeps. */
export interface Listener {
  /** The fields that it needs of each person. */
  readonly expand: ReadonlyArray<UserExpansion>
  /** Hears of a person, once. */
  readonly add: (person: Person) => void
}

/** A walk through the list. */
export interface Walk extends Options {
  /** Default: nothing. */
  readonly expand?: ReadonlyArray<UserExpansion> | undefined
  /** In this order. Default: active, and then inactive. */
  readonly states?: ReadonlyArray<Exclude<UserState, "any">> | undefined
  /** Ends the walk; asked after each page. Default: never. */
  readonly isEnough?: (() => boolean) | undefined
}

/** What tells of a last login. */
const logins: ReadonlyArray<UserExpansion> = ["dateLastLogin", "lasttokenissued"]

/** All active and inactive people. Deleted ones are not in the list: `byId` finds them. */
export const read = Effect.fn("Directory.read")(function* ({
  listener,
  ...options
}: Options & { readonly listener?: Listener | undefined } = {}): Effect.fn.Return<
  ProfileTable,
  GenesysError,
  UserService
> {
  const profiles = new ProfileTable()
  yield* forEach({ ...options, expand: [...logins, ...(listener?.expand ?? [])] }, (person) => {
    listener?.add(person)
    profiles.set(UserIdCell.sameness(person.id), Profile.fromPerson(person))
  })
  profiles.rename("manager", (manager) => {
    const profile = profiles.get(UserIdCell.sameness(manager))
    return (profile && Profile.called(profile)) ?? manager
  })
  return profiles
})

/** A manager is told by id: the name is that of somebody in the directory, as far as it is read. */
export const withManager = (profile: Profile.Profile, profiles: Profiles): Profile.Profile => {
  const manager = profile.manager === undefined ? undefined : profiles.get(UserIdCell.sameness(profile.manager))
  const name = manager && Profile.called(manager)
  return name === undefined ? profile : { ...profile, manager: name }
}

/** Some people by their ids, whatever their state. Of somebody whom nobody knows the state is `unknown`. */
export const byId = Effect.fn("Directory.byId")(function* (
  userIds: Iterable<UserId>
): Effect.fn.Return<Profiles, GenesysError, UserService> {
  const users = yield* UserService
  const asked = [...new Set(userIds)]
  const profiles = new Map<UserId, Profile.Profile>()
  const isMissing = (userId: UserId) => !profiles.has(UserIdCell.sameness(userId))
  // Whether `any` means deleted people, too, is not documented.
  for (const state of ["any", "deleted"] as const) {
    const found = yield* users.byId(asked.filter(isMissing), { state, expand: logins })
    for (const person of found.values()) profiles.set(UserIdCell.sameness(person.id), Profile.fromPerson(person))
  }
  for (const userId of asked.filter(isMissing)) {
    profiles.set(UserIdCell.sameness(userId), { userId, state: "unknown" })
  }
  return profiles
})

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** The same people with the names of their managers, of whom the directory tells only the ids: one more look-up. */
export const withManagers = Effect.fn("Directory.withManagers")(function* (
  profiles: Profiles
): Effect.fn.Return<Profiles, GenesysError, UserService> {
  const ids = [...profiles.values()].flatMap(({ manager = "" }) => (uuid.test(manager) ? [manager] : []))
  if (ids.length === 0) return profiles
  const managers = new Map([...profiles, ...(yield* byId(ids))])
  return new Map([...profiles].map(([id, profile]) => [id, withManager(profile, managers)]))
})

/**
 * Does something with everybody in the states, each of them once. `isPartial`: of those
 * who are inactive the server listed a part, because it stops after 10,000.
 */
export const forEach = Effect.fnUntraced(function* (
  { concurrency, expand = [], isEnough = () => false, onProgress, pageSize, states = ["active", "inactive"] }: Walk,
  f: (person: Person) => void
): Effect.fn.Return<{ readonly isPartial: boolean }, GenesysError, UserService> {
  const users = yield* UserService
  let before = 0
  let isPartial = false
  for (const state of states) {
    if (isEnough()) break
    let read = 0
    yield* users.userPages({ state, expand, concurrency, pageSize, order: "arrival" }).pipe(
      Stream.tap(({ drift, entities }) => {
        for (const person of entities) f(person.state === undefined ? { ...person, state } : person)
        read = drift.users
        const { total } = drift
        return (
          onProgress?.({ users: before + read, ...(total !== undefined && { total: before + total }) }) ?? Effect.void
        )
      }),
      Stream.takeUntil(isEnough),
      Stream.runDrain,
      // Of inactive people no more than 10,000 are listed, and the page after them is refused.
      Effect.catchReason("GenesysError", "Refused", (reason, error) => {
        if (state !== "inactive" || reason.status !== 400 || read === 0) return Effect.fail(error)
        isPartial = true
        return Effect.void
      })
    )
    before += read
  }
  return { isPartial }
})
