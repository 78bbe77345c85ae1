/**
 * A folder with a file for each organization, named by its id: desired states, plans,
 * snapshots.
 */
import { fail, InvalidInput } from "@genesys-license/admin/AdminError"
import type { Organization } from "@genesys-license/admin/fleet/Organizations"
import * as TextFile from "@genesys-license/admin/files/TextFile"
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"

/**
 * The file of each organization that has one. A file whose name is no id is an error: with a
 * wrong letter in it, an organization would be left out without a word.
 */
export const read = Effect.fnUntraced(function* (
  folder: string,
  extensions: ReadonlyArray<string>,
  organizations: ReadonlyArray<Organization>
) {
  const fs = yield* FileSystem.FileSystem
  const names = yield* Effect.mapError(fs.readDirectory(folder), TextFile.failed(folder, "read"))
  const ids = new Set(organizations.map(({ id }) => id))
  const files = new Map<string, string>()
  for (const name of names.toSorted()) {
    const extension = extensions.find((extension) => name.toLowerCase().endsWith(`.${extension}`))
    // What programs keep beside: the record of a fleet, journals, and files that nobody sees.
    if (extension === undefined || /^(?:fleet)?\.|\.journal\.ndjson$/.test(name)) continue
    const id = name.slice(0, -extension.length - 1)
    const problem = !ids.has(id)
      ? `${quote(name)} is not the name of an organization: no id is ${quote(id)}`
      : files.has(id)
        ? `${id} has two files there`
        : undefined
    if (problem !== undefined) return yield* fail(new InvalidInput({ source: folder, problem }))
    files.set(id, `${folder}/${name}`)
  }
  return files
})
