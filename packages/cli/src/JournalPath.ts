/**
 * The default path of a plan's journal: beside the plan. If that name is taken by the
 * journal of another plan, such as last week's, part of the plan's checksum is added.
 */
import * as Journal from "@genesys-license/admin/change/Journal"
import * as Plan from "@genesys-license/admin/change/Plan"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"

/** The journal that `apply` writes to without `--journal`. */
export const beside = Effect.fnUntraced(function* (path: string, plan: Plan.Plan) {
  const fs = yield* FileSystem.FileSystem
  const stem = path.replace(/\.json$/i, "")
  const checksum = yield* Plan.checksum(plan)
  const plain = `${stem}.journal.ndjson`
  const withChecksum = `${stem}.${checksum.replace(/^.*:/, "").slice(0, 8)}.journal.ndjson`
  const exists = (path: string) => Effect.orElseSucceed(fs.exists(path), () => false)
  // A run that began with the checksum name continues there, even if the plain name is free by now.
  if (yield* exists(withChecksum)) return withChecksum
  if (!(yield* exists(plain))) return plain
  const journal = yield* Effect.option(Journal.load(plain))
  return Option.isSome(journal) && journal.value.plan === checksum ? plain : withChecksum
})
