/**
 * The secrets of a fleet: from the environment, or from a folder with a file for each, as
 * Kubernetes and Docker mount them. They are read when they are needed, each time anew, so
 * that one may be replaced while others work.
 */
import * as Environment from "@genesys-license/client/Environment"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import { type AdminError, fail, SecretMissing } from "../AdminError.ts"
import * as TextFile from "../files/TextFile.ts"
import type { Organization } from "./Organizations.ts"

/** The secret of an organization: from `folder`, if there is one, and from the environment otherwise. */
export const read = Effect.fnUntraced(function* (
  { id, secret: name }: Organization,
  folder?: string
): Effect.fn.Return<Redacted.Redacted, AdminError | GenesysError, FileSystem.FileSystem> {
  const value = folder === undefined ? yield* Environment.variable(name) : yield* ofFile(folder, name)
  if (value === undefined || value === "") {
    return yield* fail(new SecretMissing({ organization: id, name, ...(folder !== undefined && { folder }) }))
  }
  return Redacted.make(value)
})

/** Nothing where there is no such file. Editors end a file with a line break, which is not part of the secret. */
const ofFile = Effect.fnUntraced(function* (folder: string, name: string) {
  const fs = yield* FileSystem.FileSystem
  const path = `${folder}/${name}`
  const exists = yield* Effect.mapError(fs.exists(path), TextFile.failed(path, "read"))
  if (!exists) return undefined
  return (yield* TextFile.read(path)).replace(/[\r\n]+$/, "")
})
