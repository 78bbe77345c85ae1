/**
 * The flag `--since`: chooses a snapshot of a folder by its time.
 */
import * as Moment from "@genesys-license/admin/look/Moment"
import * as SnapshotFolder from "@genesys-license/admin/look/SnapshotFolder"
import type { Recorded } from "@genesys-license/admin/organization/OrganizationIdentity"
import { quote } from "@genesys-license/schema/Quote"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Misused } from "../terminal/Ending.ts"

export const flag = Flag.String("since").pipe(
  Flag.withMetavar("WHEN"),
  Flag.withDescription(
    "Compare with the last snapshot in the folder taken up to WHEN: a day such as monday or 2026-11-20, a time, or 7d for 7 days ago; in UTC"
  ),
  Flag.optional
)

/** Parses a time such as `monday` or `7d`. */
export const parse = Effect.fnUntraced(function* (when: string): Effect.fn.Return<DateTime.Utc, Misused> {
  const moment = Moment.since(when, yield* DateTime.now)
  if (Option.isSome(moment)) return moment.value
  return yield* new Misused({
    message: `--since takes a day such as monday or 2026-11-20, a time such as 2026-11-20T08:00Z, or 12h, 7d or 2w, not "${quote(when)}".`
  })
})

/** Chooses the snapshot. Says which file it is, and which files were skipped and why. */
export const choose = Effect.fnUntraced(function* (
  folder: string,
  until: DateTime.Utc,
  organization: Recorded | undefined
) {
  const { path, skipped, snapshot } = yield* SnapshotFolder.choose(folder, { until, organization })
  for (const { why } of skipped) yield* Console.error(`Skipped: ${why}`)
  yield* Console.error(`Comparing with ${path}, taken at ${snapshot.takenAt}.`)
  return { path, snapshot }
})
