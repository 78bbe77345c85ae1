/**
 * Finds people by id, by e-mail address or by unique name. Addresses and names are looked up
 * among active and inactive users. An id is not checked here.
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

/** A person, as given in a file or as an argument. */
export interface Named {
  /** Whether the text is an id, an e-mail address or a name. */
  readonly by: "id" | "email" | "name"
  /** The text as it was given, without invisible characters. */
  readonly text: string
  /** The line in the file, counted from 1. Absent without a file. */
  readonly line?: number
}

/** The result of a search. */
export interface Found {
  /** The people who were found, each once. */
  readonly userIds: ReadonlyArray<UserId>
  /** The addresses and names that nobody has. */
  readonly unknown: ReadonlyArray<Named>
}

/** Reads a text as an e-mail address, as an id if it is a GUID, or else as a name. */
export const read = (text: string): Named => {
  const id = UserIdCell.read(text)
  if (UserIdCell.isEmail(id)) return { by: "email", text: id }
  return UserIdCell.isGuid(id) ? { by: "id", text: id } : { by: "name", text: UserIdCell.visible(text) }
}

/** Whether finding these people requires the directory. Ids do not. */
export const needsDirectory = (named: ReadonlyArray<Named>): boolean => named.some(({ by }) => by !== "id")

/**
 * Finds people. Reads the directory once if an address or a name is given: one request for each
 * 500 users. An address or a name that several people have is an error.
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

/** Normalizes a name: case and the amount of white space do not matter. */
const sameness = (name: string): string => UserIdCell.visible(name).normalize("NFC").toLowerCase().replace(/\s+/g, " ")

/** Finds people by name, and also by id: an id that is not a GUID looks like a name. */
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
