/**
 * A snapshot of any number of users, in 20 bytes a user. It is taken, read and written in
 * parts. The files are the same as those of `Snapshot`, byte for byte.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { LicenseService } from "@genesys-license/client/LicenseService"
import * as Problem from "@genesys-license/schema/Problem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { AdminError } from "../AdminError.ts"
import * as Checksum from "../files/Checksum.ts"
import * as Document from "../files/Document.ts"
import { JsonList } from "../files/JsonList.ts"
import * as TextFile from "../files/TextFile.ts"
import type { OrganizationIdentity } from "../organization/OrganizationIdentity.ts"
import * as Combinations from "./Combinations.ts"
import { HoldingList } from "./HoldingList.ts"
import * as Reading from "./Reading.ts"
import * as Snapshot from "./Snapshot.ts"

/** A `Snapshot` whose users are in the order of their ids. */
export interface CompactSnapshot extends Omit<Snapshot.Snapshot, "users"> {
  /** The users, and the licenses that each held. */
  readonly users: HoldingList
}

/** Takes a snapshot: reads all users of the organization. */
export const take = Effect.fn("CompactSnapshot.take")(function* (
  options: Reading.Options & { readonly organization?: OrganizationIdentity | undefined } = {}
): Effect.fn.Return<CompactSnapshot, GenesysError, LicenseService> {
  const takenAt = DateTime.formatIso(yield* DateTime.now)
  const combinations = Combinations.make(0)
  const users = new HoldingList()
  const drift = yield* Reading.forEachPage(Reading.pages(options), (read) => {
    for (const user of read) users.push(user.id, combinations.add(user).ids)
  })
  users.sort()
  return {
    takenAt,
    ...(options.organization !== undefined && { organization: options.organization }),
    ...(drift && { drift }),
    users
  }
})

/** The text of a snapshot file. */
export const encode = ({ users, ...snapshot }: CompactSnapshot): Stream.Stream<string> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const { users: none, ...about } = encodeEmpty({ ...snapshot, users: [] })
      const header = { kind: Document.nameOf(Snapshot.kind), version: Snapshot.kind.version }
      const checksum = yield* checksumOf({ ...header, ...about, users: none }, users.json())
      if (users.length === 0) return Stream.make(Document.layout({ ...header, checksum, ...about, users: none }))
      const before = Document.layout({ ...header, checksum, ...about }).replace(/\n\}\n$/, ',\n  "users": [\n')
      const lines = parts(users.json(), ",\n", (user) => `    ${user}`)
      return Stream.concat(Stream.concat(Stream.make(before), lines), Stream.make("\n  ]\n}\n"))
    })
  )

const encodeEmpty = Schema.encodeSync(Snapshot.Snapshot)

/** Reads a snapshot file. Fails with the same errors as `Snapshot.load`. */
export const load = (path: string): Effect.Effect<CompactSnapshot, AdminError, FileSystem.FileSystem> =>
  decode(TextFile.stream(path), { source: path })

/** Decodes the text of a snapshot file, in parts of any length. Errors call it `source`. */
export const decode = Effect.fnUntraced(function* <E, R>(
  text: Stream.Stream<string, E, R>,
  { source = Snapshot.kind.kind }: { readonly source?: string } = {}
): Effect.fn.Return<CompactSnapshot, E | AdminError, R> {
  const corrupted = Document.corruptedAt(Snapshot.kind, source)
  const users = new Users()
  const reader = new JsonList("users", (user) => users.add(user))
  const orNotJson = <A>(read: () => A) => Effect.try({ try: read, catch: () => corrupted(Document.notJson) })
  yield* Stream.runForEach(text, (part) => orNotJson(() => reader.push(part)))
  const json = yield* orNotJson(() => reader.end())
  const header = yield* Document.checkHeader(json, Snapshot.kind, source)
  const { checksum: _, ...rest } = json as Record<string, unknown>
  if ((yield* checksumOf(rest, users.canonical())) !== header.checksum) return yield* corrupted(Document.notAsWritten)

  users.list.sort()
  const { users: _users, ...snapshot } = yield* Effect.mapError(
    decodeFew({ ...rest, ...(Array.isArray(rest["users"]) && { users: users.witnesses() }) }),
    (error) => corrupted(Problem.describe(error))
  )
  return { ...snapshot, users: users.list }
})

const decodeFew = Schema.decodeUnknownEffect(Snapshot.Snapshot)

/** The users in the order of the file, and the parts of them that a snapshot does not have. */
class Users {
  readonly list = new HoldingList()
  /** The JSON of users that `Snapshot` would write differently, by their place. */
  readonly #odd = new Map<number, string>()
  #wrong: { readonly place: number; readonly user: unknown } | undefined

  add(user: unknown) {
    const place = this.list.length
    const isUser = isHolding(user)
    if (!isUser) this.#wrong ??= { place, user }
    if (!isUser || Object.keys(user).length > 2) this.#odd.set(place, Document.canonical(user))
    if (isUser) this.list.push(user.id, user.licenses)
    else this.list.push("", [])
  }

  /** The JSON of each user, for the checksum. In the order of the file until the list is sorted. */
  *canonical(): Iterable<string> {
    let place = 0
    for (const user of this.list.json()) yield this.#odd.get(place++) ?? user
  }

  /** The fewest users that make the schema report what is wrong in the file. Empty if nothing is wrong. */
  witnesses(): ReadonlyArray<unknown> {
    if (this.#wrong !== undefined) {
      const { place, user } = this.#wrong
      return [...Array<Snapshot.Holding>(place).fill({ id: "", licenses: [] }), user]
    }
    const twice = this.list.twice()
    return twice === undefined ? [] : Array<Snapshot.Holding>(2).fill({ id: twice, licenses: [] })
  }
}

/** Does the same as `Schema.is(Holding)` in a tenth of the time. */
const isHolding = (user: unknown): user is Snapshot.Holding => {
  if (typeof user !== "object" || user === null) return false
  const { id, licenses } = user as Partial<Snapshot.Holding>
  return typeof id === "string" && Array.isArray(licenses) && licenses.every((license) => typeof license === "string")
}

/** The checksum of a document. Its users are given apart, because they are too many for one text. */
const checksumOf = (document: object, users: Iterable<string>) => {
  const place = "\u0000users\u0000"
  const isThere = "users" in document && Array.isArray(document.users)
  const [before = "", after = ""] = Document.canonical({ ...document, ...(isThere && { users: [place] }) }).split(
    JSON.stringify(place)
  )
  return Checksum.of(
    Stream.concat(
      Stream.make(before),
      Stream.concat(
        parts(users, ",", (user) => user),
        Stream.make(after)
      )
    )
  )
}

/** Joins a thousand users into each part: a part for each user would take as many steps of the stream. */
const parts = (users: Iterable<string>, separator: string, write: (user: string) => string): Stream.Stream<string> =>
  Stream.fromIterable(
    (function* () {
      let some: Array<string> = []
      let before = ""
      for (const user of users) {
        some.push(write(user))
        if (some.length < 1000) continue
        yield before + some.join(separator)
        before = separator
        some = []
      }
      if (some.length > 0) yield before + some.join(separator)
    })(),
    { chunkSize: 1 }
  )
