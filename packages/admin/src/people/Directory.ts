/**
 * The people of an organization, from its own directory.
 *
 * Reads the whole list in pages of 500, first the active and then the inactive users, or
 * looks up a few users by their ids, 100 in a request.
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

/** Profiles by user id, each id in the spelling of `UserIdCell.sameness`. */
export type Profiles = ReadonlyMap<UserId, Profile.Profile>

/** How the directory is read. */
export interface Options {
  /** Pages that are requested at the same time. Default: 4. */
  readonly concurrency?: number | undefined
  /** Users in one request. Default: 500, or fewer if the server takes fewer. */
  readonly pageSize?: number | undefined
  /** Called after each page with the progress so far. */
  readonly onProgress?:
    | ((progress: { readonly users: number; readonly total?: number }) => Effect.Effect<void>)
    | undefined
}

/** Receives every person while the directory is read, with more fields than a profile has. */
export interface Listener {
  /** The fields that it needs. */
  readonly expand: ReadonlyArray<UserExpansion>
  /** Called once for each person. */
  readonly add: (person: Person) => void
}

/** How `forEach` goes through the list. */
export interface Walk extends Options {
  /** Fields that the server does not send by itself. Default: none. */
  readonly expand?: ReadonlyArray<UserExpansion> | undefined
  /** The states to list, in this order. Default: active, then inactive. */
  readonly states?: ReadonlyArray<Exclude<UserState, "any">> | undefined
  /** Called after each page; `true` ends the walk. Default: never. */
  readonly isEnough?: (() => boolean) | undefined
}

/** The fields with the time of the last login. */
const logins: ReadonlyArray<UserExpansion> = ["dateLastLogin", "lasttokenissued"]

/** How all people are read. */
export interface ReadOptions extends Options {
  /** Receives every person. Default: nobody. */
  readonly listener?: Listener | undefined
  /**
   * The fields of a profile to keep, to save memory: about 40 bytes a person without names
   * and e-mail addresses, and 70 with all fields. Default: all.
   */
  readonly keep?: ReadonlySet<Profile.Field> | undefined
}

/** Reads all active and inactive people. Deleted users are not in the list; `byId` finds them. */
export const read = Effect.fn("Directory.read")(function* ({
  keep,
  listener,
  ...options
}: ReadOptions = {}): Effect.fn.Return<ProfileTable, GenesysError, UserService> {
  const profiles = new ProfileTable(keep)
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

/** The directory has only the id of a manager. Replaces it by the name, if the manager is among `profiles`. */
export const withManager = (profile: Profile.Profile, profiles: Profiles): Profile.Profile => {
  const manager = profile.manager === undefined ? undefined : profiles.get(UserIdCell.sameness(profile.manager))
  const name = manager && Profile.called(manager)
  return name === undefined ? profile : { ...profile, manager: name }
}

/** Looks up people by their ids, whatever their state. A user whom the organization does not know gets the state `unknown`. */
export const byId = Effect.fn("Directory.byId")(function* (
  userIds: Iterable<UserId>
): Effect.fn.Return<Profiles, GenesysError, UserService> {
  const users = yield* UserService
  const asked = [...new Set(userIds)]
  const profiles = new Map<UserId, Profile.Profile>()
  const isMissing = (userId: UserId) => !profiles.has(UserIdCell.sameness(userId))
  // It is not documented whether `any` includes deleted users.
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

/** Replaces the ids of managers by their names, with one more look-up. */
export const withManagers = Effect.fn("Directory.withManagers")(function* (
  profiles: Profiles
): Effect.fn.Return<Profiles, GenesysError, UserService> {
  const ids = [...profiles.values()].flatMap(({ manager = "" }) => (uuid.test(manager) ? [manager] : []))
  if (ids.length === 0) return profiles
  const managers = new Map([...profiles, ...(yield* byId(ids))])
  return new Map([...profiles].map(([id, profile]) => [id, withManager(profile, managers)]))
})

/**
 * Calls `f` once for each person in the given states. `isPartial`: the server did not list
 * all inactive people, because it stops after 10,000.
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
      // The server lists at most 10,000 inactive people, and refuses the page after them.
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
