/**
 * Chooses a snapshot from a folder: the last one of an organization up to a time. Returns
 * which files were skipped and why. Never chooses a snapshot that may be of another
 * organization.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Order from "effect/Order"
import * as Stream from "effect/Stream"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as TextFile from "../files/TextFile.ts"
import * as OrganizationIdentity from "../organization/OrganizationIdentity.ts"
import * as CompactSnapshot from "./CompactSnapshot.ts"

/** A file that was skipped, and the reason. */
export interface Skipped {
  /** The file. */
  readonly path: string
  /** The reason, as a sentence for people. */
  readonly why: string
}

/** The chosen snapshot, and the skipped files. */
export interface Choice {
  /** The path of the snapshot. */
  readonly path: string
  /** The snapshot. */
  readonly snapshot: CompactSnapshot.CompactSnapshot
  /** Files that were checked before it and skipped. */
  readonly skipped: ReadonlyArray<Skipped>
}

/** The size of a file's beginning, which is only used to sort the files by time. The chosen file is read completely, with its checksum. */
const headBytes = 64 * 1024

/**
 * Checks the `.json` files of a folder, the newest up to `until` first. Fails if none is a
 * valid snapshot of the organization.
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
      : `; the first snapshot is ${first.path}, taken at ${DateTime.formatIso(DateTime.makeUnsafe(first.takenAt))}`
  const passedOver = skipped.length === 0 ? "" : `. Skipped: ${skipped.map(({ why }) => why).join(" ")}`
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
  CompactSnapshot.load(path).pipe(
    Effect.map((snapshot) => {
      const why = whyNot(path, snapshot.organization, organization)
      return why === undefined ? { snapshot, why: "" } : { snapshot: undefined, why }
    }),
    Effect.catch((error) => Effect.succeed({ snapshot: undefined, why: error.message }))
  )

/** Why a snapshot may not be used, or undefined. Many organizations share a host, so only the id is enough. */
const whyNot = (
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
      return `${path} may be of another organization, because the id of an organization is missing.`
  }
}
