/**
 * Documents that outlive a run: JSON that tells what it is, in which version, and
 * whether anybody has touched it since.
 *
 * The checksum is that of the canonical JSON of everything else, so that a
 * document may be formatted anew but not changed. Lists have one line for each
 * element: two documents can be compared with `diff`.
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

/** How a document of one kind is written and read. */
export interface Document<A> {
  /** The text of a document, with its checksum. */
  readonly encode: (value: A) => Effect.Effect<string>
  /** `source` is what errors call the text. Default: the kind of the document. */
  readonly decode: (text: string, options?: { readonly source?: string }) => Effect.Effect<A, AdminError>
  /** Writes a document to a file, in the place of one that is there. */
  readonly save: (path: string, value: A) => Effect.Effect<void, AdminError, FileSystem.FileSystem>
  /** Reads a document from a file. Fails if it was changed, or is of a later version. */
  readonly load: (path: string) => Effect.Effect<A, AdminError, FileSystem.FileSystem>
  /** Identifies the content of a document. */
  readonly checksum: (value: A) => Effect.Effect<string>
}

const Header = Schema.Struct({ kind: Schema.String, version: Schema.Int, checksum: Schema.String })

export const make = <A, I extends object>(options: {
  readonly kind: "snapshot" | "plan"
  readonly version: number
  readonly schema: Schema.Codec<A, I>
}): Document<A> => {
  const kind = `genesys-license ${options.kind}`
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
    const corrupted = (problem: string) => fail(new Corrupted({ document: options.kind, source, problem }))
    const json = yield* Effect.try({
      try: (): unknown => JSON.parse(text),
      catch: () => corrupted("it is not valid JSON")
    })
    const header = yield* Effect.mapError(Schema.decodeUnknownEffect(Header)(json), (error) =>
      corrupted(Problem.describe(error))
    )
    if (header.kind !== kind) return yield* corrupted(`it says that it is a ${quote(header.kind)}`)
    if (header.version > options.version) {
      const { version } = header
      const reason = new NewerVersion({ document: options.kind, source, version, supported: options.version })
      return yield* fail(reason)
    }
    const { checksum: _, ...rest } = json as Record<string, unknown>
    if ((yield* digest(rest)) !== header.checksum) {
      return yield* corrupted("its checksum does not match, so it was changed or cut off after it was written")
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

/** JSON of which there is only one: no white space, keys in order. */
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

/** One line for each field, and for each element of a list. */
const layout = (document: object) => {
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
