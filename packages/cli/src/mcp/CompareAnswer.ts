/**
 * The answer about changes since a snapshot, with the names of the users.
 */
import * as Compare from "@genesys-license/admin/look/Compare"
import * as CompactSnapshot from "@genesys-license/admin/look/CompactSnapshot"
import * as SnapshotFolder from "@genesys-license/admin/look/SnapshotFolder"
import * as OrganizationIdentity from "@genesys-license/admin/organization/OrganizationIdentity"
import * as Directory from "@genesys-license/admin/people/Directory"
import * as UserIdCell from "@genesys-license/admin/people/UserIdCell"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Since from "../flags/Since.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Answer from "./Answer.ts"
import * as ReadOnlyFolder from "./ReadOnlyFolder.ts"
import { defaults } from "./Tools.ts"

type Identity = OrganizationIdentity.OrganizationIdentity

interface Question {
  readonly since?: string
  readonly snapshot?: string
  readonly limit?: number
}

/** Compares a snapshot with the current state. Reads no files outside `folder`. */
export const compare = Effect.fnUntraced(function* (
  folder: string,
  organization: Identity,
  { limit = defaults.compare, since, snapshot }: Question
) {
  const until = since === undefined ? yield* DateTime.now : yield* Since.parse(since)
  const files = yield* ReadOnlyFolder.make(folder)
  const before = yield* (
    snapshot === undefined
      ? SnapshotFolder.choose(folder, { until, organization })
      : choose(folder, snapshot, organization)
  ).pipe(Effect.provideService(FileSystem.FileSystem, files))
  const now = yield* CompactSnapshot.take({ organization })
  const { joined, left, licenses } = Compare.compare(before.snapshot, now)

  const shown = [joined, left, ...licenses.flatMap(({ gained, lost }) => [gained, lost])]
  const profiles = yield* Directory.byId(shown.flatMap((userIds) => userIds.slice(0, limit)))
  const people = (userIds: ReadonlyArray<string>) => {
    const { items, ...counts } = Answer.first(userIds, limit)
    const who = (userId: string) => Answer.who(profiles.get(UserIdCell.sameness(userId)) ?? { userId })
    return { ...counts, people: items.map(who) }
  }
  return {
    snapshot: { path: before.path, takenAt: before.snapshot.takenAt, users: before.snapshot.users.length },
    now: { takenAt: now.takenAt, users: now.users.length },
    passedOver: before.skipped.map(({ why }) => why),
    joined: people(joined),
    left: people(left),
    licenses: licenses.map(({ gained, lost, ...license }) => ({
      ...license,
      gained: people(gained),
      lost: people(lost)
    })),
    ...Answer.moved(now.drift)
  }
})

/** Loads the named snapshot. Fails if it may be of another organization. */
const choose = Effect.fnUntraced(function* (folder: string, name: string, organization: Identity) {
  const path = (yield* Path.Path).resolveWithin(folder, name)
  if (Option.isNone(path)) {
    return yield* new Misused({ message: `${JSON.stringify(name)} is not a file in the folder of snapshots.` })
  }
  const snapshot = yield* CompactSnapshot.load(path.value)
  const relation = OrganizationIdentity.compare(snapshot.organization, organization)
  if (relation !== "same" && relation !== "sameElsewhere") {
    return yield* new Misused({
      message: `${JSON.stringify(name)} may be a snapshot of another organization. Choose one of this organization.`
    })
  }
  return { path: path.value, snapshot, skipped: [] }
})
