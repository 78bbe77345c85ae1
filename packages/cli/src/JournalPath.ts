/**
 * Where the journal of a plan is: beside it, and under a name with a part of the plan's
 * checksum where the plain name is taken by another plan, such as that of last week.
 */
import * as Journal from "@genesys-license/admin/change/Journal"
import * as Plan from "@genesys-license/admin/change/Plan"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"

/** The journal that `apply` writes to where none is named. */
export const beside = Effect.fnUntraced(function* (path: string, plan: Plan.Plan) {
  const fs = yield* FileSystem.FileSystem
  const stem = path.replace(/\.json$/i, "")
  const checksum = yield* Plan.checksum(plan)
  const plain = `${stem}.journal.ndjson`
  const own = `${stem}.${checksum.replace(/^.*:/, "").slice(0, 8)}.journal.ndjson`
  const isThere = (path: string) => Effect.orElseSucceed(fs.exists(path), () => false)
  // What was begun under its own name goes on there, also when the plain one has become free.
  if (yield* isThere(own)) return own
  if (!(yield* isThere(plain))) return plain
  const journal = yield* Effect.option(Journal.load(plain))
  return Option.isSome(journal) && journal.value.plan === checksum ? plain : own
})
