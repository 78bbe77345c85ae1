/**
 * A folder with a file for each organization, named after its id: desired states, plans
 * or snapshots.
 */
import { fail, InvalidInput } from "../AdminError.ts"
import type { Organization } from "./Organizations.ts"
import * as TextFile from "../files/TextFile.ts"
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"

/**
 * Finds the file of each organization. A file whose name is not an id is an error:
 * otherwise a misspelled name would silently skip an organization.
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
    // Ignore what programs keep there: the record of a fleet, journals, and hidden files.
    if (extension === undefined || /^(?:fleet)?\.|\.journal\.ndjson$/.test(name)) continue
    const id = name.slice(0, -extension.length - 1)
    const problem = !ids.has(id)
      ? `${quote(name)} belongs to no organization: there is no id ${quote(id)}`
      : files.has(id)
        ? `it has two files for ${id}`
        : undefined
    if (problem !== undefined) return yield* fail(new InvalidInput({ source: folder, problem }))
    files.set(id, `${folder}/${name}`)
  }
  return files
})
