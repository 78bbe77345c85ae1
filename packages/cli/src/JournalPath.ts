/**
 * Where the journal of a plan is: beside it, with a part of the plan's checksum in its
 * name, so that the next plan of the same name finds no journal of this one in its way.
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
  const named = `${stem}.${checksum.replace(/^.*:/, "").slice(0, 8)}.journal.ndjson`
  // What was begun under the name of before goes on there.
  const before = `${stem}.journal.ndjson`
  const isThere = (path: string) => Effect.orElseSucceed(fs.exists(path), () => false)
  if ((yield* isThere(named)) || !(yield* isThere(before))) return named
  const journal = yield* Effect.option(Journal.load(before))
  return Option.isSome(journal) && journal.value.plan === checksum ? before : named
})
