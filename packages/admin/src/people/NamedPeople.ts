/**
 * People as others name them: by id, by e-mail address, or by a name that only one
 * person has. Addresses and names are those of active and inactive people; an id is
 * taken as it is, and whether the organization knows it shows when it is used.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { UserService } from "@genesys-license/client/UserService"
import type { UserId } from "@genesys-license/schema/Ids"
import * as Effect from "effect/Effect"
import { type AdminError, AmbiguousNames, fail } from "../AdminError.ts"
import * as Directory from "./Directory.ts"
import * as Emails from "./Emails.ts"
import type { Profile } from "./Profile.ts"
import * as UserIdCell from "./UserIdCell.ts"

/** Somebody, as somebody else wrote it. */
export interface Named {
  /** What the text is. */
  readonly by: "id" | "email" | "name"
  /** As it was written, without what nobody sees. */
  readonly text: string
  /** The line of the file that it was written in, if there is one. */
  readonly line?: number
}

/** Who is found, and who is not. */
export interface Found {
  /** Who is meant, each once. */
  readonly userIds: ReadonlyArray<UserId>
  /** Addresses and names that nobody has. */
  readonly unknown: ReadonlyArray<Named>
}

/** What a text without a column is: an e-mail address, a GUID, or else a name. */
export const read = (text: string): Named => {
  const id = UserIdCell.read(text)
  if (UserIdCell.isEmail(id)) return { by: "email", text: id }
  return UserIdCell.isGuid(id) ? { by: "id", text: id } : { by: "name", text: UserIdCell.visible(text) }
}

/** Whether only the directory knows who somebody is. */
export const needsDirectory = (named: ReadonlyArray<Named>): boolean => named.some(({ by }) => by !== "id")

/**
 * Finds who is meant. Reads the directory once, if anybody is named by address or name:
 * a request for each 500 users. Where several people have a name, nobody guesses.
 */
export const find = Effect.fn("NamedPeople.find")(function* (
  named: ReadonlyArray<Named>,
  options: Directory.Options = {}
): Effect.fn.Return<Found, AdminError | GenesysError, UserService> {
  const textsOf = (by: Named["by"]) => named.filter((one) => one.by === by).map(({ text }) => text)
  const addresses = new Set(textsOf("email").map(Emails.sameness))
  const names = new Set(textsOf("name").map(sameness))
  const people = new Map<UserId, Candidate>()
  if (needsDirectory(named)) {
    yield* Directory.forEach({ ...options, expand: [] }, ({ email, id, name }) => {
      const isMeant =
        (email !== undefined && addresses.has(Emails.sameness(email))) ||
        (name !== undefined && names.has(sameness(name))) ||
        names.has(sameness(id))
      if (!isMeant) return
      people.set(id, { userId: id, ...(name !== undefined && { name }), ...(email !== undefined && { email }) })
    })
  }
  const byEmail = yield* Emails.find(people.values(), addresses)
  const byName = yield* findByName([...people.values()], names)

  const userIds = new Set<UserId>()
  const unknown: Array<Named> = []
  for (const one of named) {
    const userId = {
      id: () => UserIdCell.read(one.text),
      email: () => byEmail.get(Emails.sameness(one.text)),
      name: () => byName.get(sameness(one.text))
    }[one.by]()
    if (userId === undefined) unknown.push(one)
    else userIds.add(userId)
  }
  return { userIds: [...userIds], unknown }
})

type Candidate = Pick<Profile, "email" | "name" | "userId">

/** By which two spellings of a name are the same: capitals and the width of spaces make no difference. */
const sameness = (name: string): string => UserIdCell.visible(name).normalize("NFC").toLowerCase().replace(/\s+/g, " ")

/** An id that is no GUID looks like a name, and names its user, too. */
const findByName = Effect.fnUntraced(function* (
  people: ReadonlyArray<Candidate>,
  names: ReadonlySet<string>
): Effect.fn.Return<ReadonlyMap<string, UserId>, AdminError> {
  const namesakes = Map.groupBy(
    people.flatMap((person) =>
      [...new Set([sameness(person.name ?? ""), sameness(person.userId)])].map((name) => ({ name, person }))
    ),
    ({ name }) => name
  )
  const found = [...names].flatMap((name) => {
    const some = namesakes.get(name) ?? []
    return some.length === 0 ? [] : [{ name, people: some.map(({ person }) => person) }]
  })
  const ambiguous = found.filter(({ people }) => people.length > 1)
  if (ambiguous.length > 0) {
    const names = ambiguous.map(({ name, people }) => ({ name: people[0]?.name ?? name, people }))
    return yield* fail(new AmbiguousNames({ names }))
  }
  return new Map(found.map(({ name, people: [person] }) => [name, person!.userId]))
})
