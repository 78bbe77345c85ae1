/**
 * The snapshot of a folder to compare with: the last one of an organization up to a
 * moment. What is passed over is told; a snapshot that is not known to be of the
 * organization is never taken.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Order from "effect/Order"
import * as Stream from "effect/Stream"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as TextFile from "../files/TextFile.ts"
import * as OrganizationIdentity from "../organization/OrganizationIdentity.ts"
import * as Snapshot from "./Snapshot.ts"

/** A file that was passed over, and why, in a sentence. */
export interface Skipped {
  /** The file. */
  readonly path: string
  /** A sentence for people. */
  readonly why: string
}

/** The snapshot that was taken, and what was passed over. */
export interface Choice {
  /** The file of the snapshot. */
  readonly path: string
  /** What it holds. */
  readonly snapshot: Snapshot.Snapshot
  /** Files that were looked at before it and not taken. */
  readonly skipped: ReadonlyArray<Skipped>
}

/** What a file says at its beginning. It only orders the files: what is taken is read whole, with its checksum. */
const headBytes = 64 * 1024

/**
 * Looks at the files of a folder that end in `.json`, the newest up to `until` first.
 * Fails if none of them is a whole snapshot of the organization.
 */
export const choose = Effect.fn("SnapshotFolder.choose")(function* (
  folder: string,
  options: { readonly until: DateTime.Utc; readonly organization: OrganizationIdentity.Recorded | undefined }
): Effect.fn.Return<Choice, AdminError, FileSystem.FileSystem> {
  const until = DateTime.toEpochMillis(options.until)
  const fs = yield* FileSystem.FileSystem
  const names = yield* Effect.mapError(fs.readDirectory(folder), TextFile.failed(folder, "read"))
  const paths = names
    .filter((name) => /\.json$/i.test(name))
    .sort()
    .map((name) => `${folder.replace(/[\\/]$/, "")}/${name}`)

  const skipped: Array<Skipped> = []
  const dated: Array<{ readonly path: string; readonly takenAt: number }> = []
  for (const path of paths) {
    const takenAt = yield* takenAtOf(path)
    if (takenAt === undefined) skipped.push({ path, why: `${path} is not a snapshot.` })
    else dated.push({ path, takenAt })
  }

  const candidates = dated
    .filter(({ takenAt }) => takenAt <= until)
    .sort((a, b) => b.takenAt - a.takenAt || Order.String(b.path, a.path))
  for (const { path } of candidates) {
    const { snapshot, why } = yield* whole(path, options.organization)
    if (snapshot !== undefined) return { path, snapshot, skipped }
    skipped.push({ path, why })
  }
  const moment = DateTime.formatIso(options.until)
  const [first] = dated.toSorted((a, b) => a.takenAt - b.takenAt)
  const earliest =
    first === undefined || candidates.length > 0
      ? ""
      : `; the first one is ${first.path}, of ${DateTime.formatIso(DateTime.makeUnsafe(first.takenAt))}`
  const passedOver = skipped.length === 0 ? "" : `. Passed over: ${skipped.map(({ why }) => why).join(" ")}`
  return yield* fail(
    new InvalidInput({
      source: folder,
      problem: `there is no snapshot of this organization taken up to ${moment}${earliest}${passedOver}`.replace(
        /\.$/,
        ""
      )
    })
  )
})

const takenAtOf = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const head = yield* fs
    .stream(path, { bytesToRead: headBytes })
    .pipe(Stream.decodeText, Stream.mkString, Effect.option)
  if (head._tag === "None" || !/"kind"\s*:\s*"genesys-license snapshot"/.test(head.value)) return undefined
  const takenAt = Date.parse(/"takenAt"\s*:\s*"([^"]+)"/.exec(head.value)?.[1] ?? "")
  return Number.isNaN(takenAt) ? undefined : takenAt
})

const whole = (path: string, organization: OrganizationIdentity.Recorded | undefined) =>
  Snapshot.load(path).pipe(
    Effect.map((snapshot) => {
      const why = strange(path, snapshot.organization, organization)
      return why === undefined ? { snapshot, why: "" } : { snapshot: undefined, why }
    }),
    Effect.catch((error) => Effect.succeed({ snapshot: undefined, why: error.message }))
  )

/** Many organizations are behind one host: only an id tells them apart. */
const strange = (
  path: string,
  recorded: OrganizationIdentity.Recorded | undefined,
  organization: OrganizationIdentity.Recorded | undefined
) => {
  switch (OrganizationIdentity.compare(recorded, organization)) {
    case "same":
    case "sameElsewhere":
      return undefined
    case "other":
      return `${path} is of another organization: ${recorded === undefined ? "" : OrganizationIdentity.describe(recorded)}.`
    case "sameHost":
    case "unsaid":
      return `${path} is not known to be of this organization, because an id of it is missing.`
  }
}
