/**
 * People out of nothing: who a user is follows from the seed and the user's id, so
 * that a million of them take no memory. What a test wants otherwise it says.
 */
import type { Division } from "@genesys-license/schema/authorization/Division"
import { UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import * as DateTime from "effect/DateTime"
import * as Hash from "effect/Hash"
import * as Schema from "effect/Schema"

const orNone = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const Named = Schema.Struct({ id: Schema.String, name: Schema.optionalKey(Schema.String) })

/** Who somebody is. `null` says that there is none; what is left out is made up. */
export const PersonOptions = Schema.Struct({
  id: UserId,
  name: orNone(Schema.String),
  email: orNone(Schema.String),
  username: orNone(Schema.String),
  department: orNone(Schema.String),
  title: orNone(Schema.String),
  state: Schema.optionalKey(Schema.Literals(["active", "inactive", "deleted"])),
  division: orNone(Named),
  manager: orNone(Named),
  dateLastLogin: orNone(Schema.String),
  lastTokenIssued: orNone(Schema.Struct({ dateIssued: Schema.String })),
  /** Ids of roles. Left out, they are those whose licenses the user holds; somebody inactive or deleted has none. */
  roles: Schema.optionalKey(Schema.Array(Schema.String))
}).annotate({ identifier: "Person" })
export interface PersonOptions extends Schema.Schema.Type<typeof PersonOptions> {}

/** What people are made of beside their ids. */
export interface Origin {
  readonly seed: string
  /** Behind the `@`. */
  readonly domain: string
  /** When they were last seen is counted back from here, in milliseconds. */
  readonly now: number
}

/** Everybody whose id was made up is in a state by chance; whoever was given an id by hand is active. */
const madeUp = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The state of somebody of whom nothing else is said. */
export const stateOf = ({ seed }: Pick<Origin, "seed">, id: UserId): "active" | "inactive" | "deleted" => {
  const chance = number(seed, id, "state") % 100
  return !madeUp.test(id) || chance >= 3 ? "active" : chance === 2 ? "deleted" : "inactive"
}

/** The same person each time. */
export const personOf = (origin: Origin, id: UserId): Person => {
  const { domain, seed } = origin
  const pick = <A>(list: ReadonlyArray<A>, what: string): A => list[number(seed, id, what) % list.length]!
  const [first, last] = [pick(firstNames, "first"), pick(lastNames, "last")]
  // Two people of one name are told apart, as far as a number can.
  const email = `${first}.${last}.${number(seed, id, "email").toString(36)}@${domain}`.toLowerCase()
  const department = pick(departments, "department")
  return {
    id,
    name: `${first} ${last}`,
    email,
    username: email,
    department,
    title: pick(titles, "title"),
    state: stateOf(origin, id),
    division: pick(divisions, "division"),
    ...lastSeen(origin, id)
  }
}

/**
 * Of a hundred, five have never been seen, and ten log in by single sign-on only,
 * which leaves no `dateLastLogin`. Most have been there within a week.
 */
const lastSeen = ({ now, seed }: Origin, id: UserId): Pick<Person, "dateLastLogin" | "lastTokenIssued"> => {
  const chance = number(seed, id, "seen") % 100
  if (chance < 5) return {}
  const most = chance < 75 ? 7 : chance < 88 ? 30 : chance < 95 ? 90 : 400
  const login = 1 + (number(seed, id, "days") % most) * day + (number(seed, id, "time") % day)
  // A token may be newer than the login: it was renewed, or came by another way.
  const token = number(seed, id, "token") % login
  return {
    ...(number(seed, id, "sso") % 19 >= 2 && { dateLastLogin: iso(now - login) }),
    lastTokenIssued: { dateIssued: iso(now - token) }
  }
}

const day = 86_400_000

const iso = (millis: number) => DateTime.formatIso(DateTime.makeUnsafe(millis))

/** A number that looks like chance, and is the same each time. */
const number = (seed: string, id: UserId, what: string) => Hash.string(`${id}/${seed}/${what}`) >>> 0

const firstNames = [
  "Ada",
  "Alan",
  "Amara",
  "Bo",
  "Carmen",
  "Chidi",
  "Dana",
  "Elif",
  "Emil",
  "Fatima",
  "Grace",
  "Hana",
  "Igor",
  "Ines",
  "Jonas",
  "Kai",
  "Lena",
  "Luis",
  "Mei",
  "Nadia",
  "Omar",
  "Priya",
  "Rosa",
  "Sven",
  "Tariq",
  "Uma",
  "Viktor",
  "Yuki"
]

const lastNames = [
  "Abe",
  "Almeida",
  "Bauer",
  "Costa",
  "Demir",
  "Eriksen",
  "Farah",
  "Garcia",
  "Haddad",
  "Ivanova",
  "Jansen",
  "Kim",
  "Larsen",
  "Moreau",
  "Nguyen",
  "Okafor",
  "Patel",
  "Quinn",
  "Rossi",
  "Schmidt",
  "Tanaka",
  "Usman",
  "Vargas",
  "Weber"
]

const departments = ["Claims", "Collections", "Customer Care", "IT", "Retention", "Sales", "Technical Support"]

const titles = ["Agent", "Agent", "Agent", "Agent", "Analyst", "Senior Agent", "Supervisor", "Team Lead"]

/** Half of everybody is at home. Their ids are the same for every seed. */
export const divisions: ReadonlyArray<Division> = [
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d01", name: "Home" },
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d01", name: "Home" },
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d02", name: "North" },
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d03", name: "South" }
]
