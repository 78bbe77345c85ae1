/**
 * Snapshot and plan files: JSON with a kind, a version and a checksum.
 *
 * The checksum covers the canonical JSON of everything else. Reformatting a file therefore keeps
 * it valid, and every other edit makes it invalid. Lists have one line for each element, so that
 * `diff` can compare two files.
 */
import * as Problem from "@genesys-license/schema/Problem"
import { quote } from "@genesys-license/schema/Quote"
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { type AdminError, Corrupted, fail, NewerVersion } from "../AdminError.ts"
import * as TextFile from "./TextFile.ts"
import * as WholeFile from "./WholeFile.ts"

/** Writes and reads documents of one kind. */
export interface Document<A> {
  /** The text of a document, with its checksum. */
  readonly encode: (value: A) => Effect.Effect<string>
  /** Reads a document from a text. `source` is the name of the text in errors (default: the kind of the document). */
  readonly decode: (text: string, options?: { readonly source?: string }) => Effect.Effect<A, AdminError>
  /** Writes a document to a file. Replaces an existing file. */
  readonly save: (path: string, value: A) => Effect.Effect<void, AdminError, FileSystem.FileSystem>
  /** Reads a document from a file. Fails if the file was edited or has a later version. */
  readonly load: (path: string) => Effect.Effect<A, AdminError, FileSystem.FileSystem>
  /** The checksum of the content, however the text is formatted. */
  readonly checksum: (value: A) => Effect.Effect<string>
}

/** The kind of a document, and the version of its format. */
export interface Kind {
  readonly kind: "snapshot" | "plan"
  readonly version: number
}

const Header = Schema.Struct({ kind: Schema.String, version: Schema.Int, checksum: Schema.String })

export const make = <A, I extends object>(options: Kind & { readonly schema: Schema.Codec<A, I> }): Document<A> => {
  const kind = nameOf(options)
  const encodeContent = Schema.encodeSync(options.schema)
  const decodeContent = Schema.decodeUnknownEffect(options.schema)
  const content = (value: A) => ({ kind, version: options.version, ...encodeContent(value) })

  const checksum = (value: A) => Effect.suspend(() => digest(content(value)))

  const encode = (value: A) =>
    Effect.suspend(() => {
      const { kind, version, ...rest } = content(value)
      return Effect.map(digest({ kind, version, ...rest }), (checksum) => layout({ kind, version, checksum, ...rest }))
    })

  const decode: Document<A>["decode"] = Effect.fnUntraced(function* (text, { source = options.kind } = {}) {
    const corrupted = corruptedAt(options, source)
    const json = yield* Effect.try({
      try: (): unknown => JSON.parse(text),
      catch: () => corrupted(notJson)
    })
    const header = yield* checkHeader(json, options, source)
    const { checksum: _, ...rest } = json as Record<string, unknown>
    if ((yield* digest(rest)) !== header.checksum) {
      return yield* corrupted(notAsWritten)
    }
    return yield* Effect.mapError(decodeContent(rest), (error) => corrupted(Problem.describe(error)))
  })

  return {
    encode,
    decode,
    checksum,
    save: (path, value) => Effect.flatMap(encode(value), (text) => WholeFile.write(path, text)).pipe(Effect.asVoid),
    load: (path) => Effect.flatMap(TextFile.read(path), (text) => decode(text, { source: path }))
  }
}

/** The value of `kind` in a document. */
export const nameOf = ({ kind }: Kind): string => `genesys-license ${kind}`

/** Makes the error for a damaged document. `source` is the name of the document in errors. */
export const corruptedAt =
  ({ kind }: Kind, source: string) =>
  (problem: string) =>
    fail(new Corrupted({ document: kind, source, problem }))

export const notJson = "it is not valid JSON"
export const notAsWritten = "its checksum does not match, so it was edited or cut off"

/** Reads kind, version and checksum. Fails for another kind and for a later version. */
export const checkHeader = Effect.fnUntraced(function* (json: unknown, options: Kind, source: string) {
  const corrupted = corruptedAt(options, source)
  const header = yield* Effect.mapError(Schema.decodeUnknownEffect(Header)(json), (error) =>
    corrupted(Problem.describe(error))
  )
  if (header.kind !== nameOf(options)) return yield* corrupted(`its kind is "${quote(header.kind)}"`)
  if (header.version > options.version) {
    const reason = new NewerVersion({
      document: options.kind,
      source,
      version: header.version,
      supported: options.version
    })
    return yield* fail(reason)
  }
  return header
})

/** Canonical JSON, the same text for the same content: no white space, sorted keys. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  )

const digest = (value: unknown) =>
  Effect.gen(function* () {
    const { digestHex } = yield* Digest.Digest
    return `sha256:${yield* digestHex(Digest.sha256, new TextEncoder().encode(canonical(value)))}`
  }).pipe(Effect.provide(Digest.layerWebCrypto))

/** The text of a document: one line for each field and for each element of a list. */
export const layout = (document: object) => {
  const fields = Object.entries(document)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const lines = Array.isArray(value) && value.length > 0
      const text = lines
        ? `[\n${value.map((element) => `    ${JSON.stringify(element)}`).join(",\n")}\n  ]`
        : JSON.stringify(value)
      return `  ${JSON.stringify(key)}: ${text}`
    })
  return `{\n${fields.join(",\n")}\n}\n`
}
