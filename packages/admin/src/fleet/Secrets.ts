/**
 * The secrets of a fleet, from environment variables or from a folder with a file for each
 * secret, as Kubernetes and Docker mount them. Each secret is read when it is needed, so it
 * can be replaced while the fleet runs.
 */
import * as Environment from "@genesys-license/client/Environment"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import { type AdminError, fail, SecretMissing } from "../AdminError.ts"
import * as TextFile from "../files/TextFile.ts"
import type { Organization } from "./Organizations.ts"

/** The secret of an organization: from `folder` if it is given, else from the environment. */
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

/** Undefined if there is no such file. A line break at the end, which editors add, is removed. */
const ofFile = Effect.fnUntraced(function* (folder: string, name: string) {
  const fs = yield* FileSystem.FileSystem
  const path = `${folder}/${name}`
  const exists = yield* Effect.mapError(fs.exists(path), TextFile.failed(path, "read"))
  if (!exists) return undefined
  return (yield* TextFile.read(path)).replace(/[\r\n]+$/, "")
})
