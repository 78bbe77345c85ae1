/**
 * The error of administration: what is wrong with a file, a plan or a journal, and
 * what to do next. What the License API answers stays a `GenesysError`.
 *
 * `reason` is a tagged union, as in `GenesysError`:
 * `Effect.catchReason("AdminError", "StalePlan", ...)`.
 */
import { LicenseId, RoleId, UserId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as Schema from "effect/Schema"
import { describe, OrganizationIdentity, Recorded } from "./organization/OrganizationIdentity.ts"

/** The documents that are written here and read again. */
const Kind = Schema.Literals(["snapshot", "plan", "journal"])

/** A user of whom an error tells. */
const UserNamed = Schema.Struct({ userId: UserId, name: Schema.optionalKey(Schema.String) })

/** The name comes first, where it is known: an id alone tells nobody who it is. */
const called = ({ name, userId }: (typeof UserNamed)["Type"]) =>
  name === undefined ? `user ${quote(userId)}` : `${quote(name)} (user ${quote(userId)})`

/** Something that a person wrote cannot be read: a CSV, a JSON, an option. Nothing was sent or written. */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  /** Where it came from: a path, or a name such as `desired state`. */
  source: Schema.String,
  /** Counted from 1, as editors do. */
  line: Schema.optionalKey(Schema.Int),
  /** The name of a column, or its number, counted from 1. */
  column: Schema.optionalKey(Schema.Union([Schema.String, Schema.Int])),
  /** What is wrong there. */
  problem: Schema.String
}) {
  override get message() {
    const line = this.line === undefined ? "" : `, line ${this.line}`
    const column = this.column === undefined ? "" : `, column ${quote(String(this.column))}`
    return `${this.source}${line}${column}: ${this.problem}.`
  }
}

/** The codes that people meet, in words. */
const said: { readonly [Action in "read" | "write"]: { readonly [code: string]: string } } = {
  read: { ENOENT: "there is no such file", EISDIR: "it is a directory", EACCES: "permission is denied" },
  write: { ENOENT: "there is no such directory", EISDIR: "it is a directory", EACCES: "permission is denied" }
}

/** A file cannot be read or written. */
export class FileFailed extends Schema.TaggedError<FileFailed>()("FileFailed", {
  /** The file. */
  path: Schema.String,
  /** What was tried. */
  action: Schema.Literals(["read", "write"]),
  /** The platform's code, such as `ENOENT`. */
  code: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    const code = this.code === undefined ? "" : ` (${this.code})`
    const why = this.code === undefined ? undefined : said[this.action][this.code]
    return `${this.path} cannot be ${this.action === "read" ? "read" : "written"}${why === undefined ? code : `: ${why}`}.`
  }
}

/** There is no room for what must be written down first. What was not written down was not sent. */
export class DiskFull extends Schema.TaggedError<DiskFull>()("DiskFull", {
  /** The file. */
  path: Schema.String
}) {
  override get message() {
    return `${this.path} cannot be written: the disk is full. Make room, and run the same command again.`
  }
}

/** A document is not what was once written. */
export class Corrupted extends Schema.TaggedError<Corrupted>()("Corrupted", {
  /** What it should be. */
  document: Kind,
  /** Where it came from: a path, or the kind of the document. */
  source: Schema.String,
  /** What is wrong with it. */
  problem: Schema.String
}) {
  override get message() {
    const next = {
      snapshot: "Take the snapshot again, or use a copy of it.",
      plan: "Make a new plan: one that was edited is never applied.",
      journal: "Use a copy of it, or make a new plan with a new journal."
    }[this.document]
    return `${this.source} is not a whole ${this.document}: ${this.problem}. ${next}`
  }
}

/** A document was written by a later version of this program. */
export class NewerVersion extends Schema.TaggedError<NewerVersion>()("NewerVersion", {
  /** What it is. */
  document: Kind,
  /** Where it came from: a path, or the kind of the document. */
  source: Schema.String,
  /** Its version. */
  version: Schema.Int,
  /** The latest version that can be read here. */
  supported: Schema.Int
}) {
  override get message() {
    return `${this.source} is a ${this.document} of version ${this.version}, and only those up to ${this.supported} can be read. Update the program.`
  }
}

/** A document is of another organization than the one that is asked. Nothing was sent. */
export class WrongOrganization extends Schema.TaggedError<WrongOrganization>()("WrongOrganization", {
  /** What it is. */
  document: Kind,
  /** The organization of the document. */
  recorded: Recorded,
  /** The organization that is asked. */
  asked: OrganizationIdentity
}) {
  override get message() {
    return `The ${this.document} is of another organization: it is of ${describe(this.recorded)}, and this is ${describe(this.asked)}. Connect to the organization that it is of.`
  }
}

/** Licenses are to be given that the organization does not have. */
export class UnknownLicenses extends Schema.TaggedError<UnknownLicenses>()("UnknownLicenses", {
  licenseIds: Schema.Array(LicenseId),
  /** Those that it has. */
  defined: Schema.Array(LicenseId),
  /** Those that may have been meant. The ones that differ in capitals only go without saying. */
  similar: Schema.optionalKey(Schema.Array(LicenseId))
}) {
  override get message() {
    const same = this.licenseIds.flatMap((one) => this.defined.filter((id) => id.toLowerCase() === one.toLowerCase()))
    const meant = same.length > 0 ? same : (this.similar ?? [])
    const hint = meant.length === 0 ? "" : ` Did you mean ${meant.map((id) => quote(id)).join(" or ")}?`
    return `The organization has no license ${this.licenseIds.map((licenseId) => quote(licenseId)).join(", ")}.${hint} It has ${this.defined.map((licenseId) => quote(licenseId)).join(", ") || "none"}.`
  }
}

/** Why users were not found, as far as their names tell. A sentence with a space before it, or nothing. */
export const unfound = (resemblance: "e-mail addresses" | "names" | undefined): string => {
  switch (resemblance) {
    case "e-mail addresses":
      return " These look like e-mail addresses, and nobody was found by them."
    case "names":
      return " These look like names, and user ids or e-mail addresses are needed."
    case undefined:
      return ""
  }
}

/** No role has this name. */
export class UnknownRole extends Schema.TaggedError<UnknownRole>()("UnknownRole", {
  /** The name that was given. */
  name: Schema.String,
  /** Names that may have been meant. */
  similar: Schema.Array(Schema.String)
}) {
  override get message() {
    const hint =
      this.similar.length === 0
        ? "Look at the names of all roles, or give the id of the role."
        : `Did you mean ${this.similar.map((name) => `"${quote(name)}"`).join(" or ")}?`
    return `The organization has no role "${quote(this.name)}". ${hint}`
  }
}

/** Several roles have this name. */
export class AmbiguousRole extends Schema.TaggedError<AmbiguousRole>()("AmbiguousRole", {
  /** The name that was given. */
  name: Schema.String,
  roleIds: Schema.Array(RoleId)
}) {
  override get message() {
    const ids = this.roleIds.slice(0, 5).map((id) => quote(id))
    const more = this.roleIds.length > ids.length ? ` and ${this.roleIds.length - ids.length} more` : ""
    return `${this.roleIds.length} roles have the name "${quote(this.name)}": ${ids.join(", ")}${more}. Give the id of one.`
  }
}

/** Users who shall be the only ones to hold a license are not known, so that others would lose it by mistake. */
export class UnknownUsers extends Schema.TaggedError<UnknownUsers>()("UnknownUsers", {
  userIds: Schema.Array(UserId),
  licenseIds: Schema.Array(LicenseId),
  /** What the ids look like instead. */
  resemblance: Schema.optionalKey(Schema.Literals(["e-mail addresses", "names"]))
}) {
  override get message() {
    const { licenseIds, resemblance, userIds } = this
    const some = userIds.slice(0, 5).map((userId) => quote(userId))
    const more = userIds.length > some.length ? ` and ${userIds.length - some.length} more` : ""
    const what = unfound(resemblance)
    const licenses = licenseIds.map((licenseId) => quote(licenseId)).join(", ")
    return `The organization does not know ${userIds.length === 1 ? "a user" : `${userIds.length} users`} of those who shall be the only ones to hold ${licenses}: ${some.join(", ")}${more}.${what} Everybody who is not on the list would lose the license, so correct the list, or allow unknown users.`
  }
}

/** Several people have the e-mail address by which somebody is named. Nothing was sent. */
export class AmbiguousEmail extends Schema.TaggedError<AmbiguousEmail>()("AmbiguousEmail", {
  /** The address that was given. */
  email: Schema.String,
  /** Those who have it. */
  people: Schema.Array(UserNamed)
}) {
  override get message() {
    const some = this.people.slice(0, 5).map(called)
    const more = this.people.length > some.length ? ` and ${this.people.length - some.length} more` : ""
    return `${this.people.length} people have the e-mail address ${quote(this.email)}: ${some.join(", ")}${more}. Name the one who is meant by id.`
  }
}

/** Names by which people are named, and which several people have. Nothing was sent. */
export class AmbiguousNames extends Schema.TaggedError<AmbiguousNames>()("AmbiguousNames", {
  /** Each name, and who has it. */
  names: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      people: Schema.Array(Schema.Struct({ userId: UserId, email: Schema.optionalKey(Schema.String) }))
    })
  )
}) {
  override get message() {
    const some = this.names.slice(0, 5).map(({ name, people }) => {
      const who = people
        .slice(0, 5)
        .map(({ email, userId }) => (email === undefined ? `user ${quote(userId)}` : quote(email)))
      const more = people.length > who.length ? ` and ${people.length - who.length} more` : ""
      return `${people.length} people have the name "${quote(name)}": ${who.join(", ")}${more}.`
    })
    const more = this.names.length > some.length ? ` ${this.names.length - some.length} more names are not unique.` : ""
    return `${some.join(" ")}${more} Name each of them by e-mail address.`
  }
}

/** What a plan was made on is not so any more. Nothing was sent. */
export class StalePlan extends Schema.TaggedError<StalePlan>()("StalePlan", {
  /** Who got or lost which license since. Of a user who left the organization, the license that was planned for. */
  changes: Schema.Array(
    Schema.Struct({
      ...UserNamed.fields,
      licenseId: LicenseId,
      since: Schema.Literals(["gained", "lost", "left"])
    })
  )
}) {
  override get message() {
    const some = this.changes
      .slice(0, 5)
      .map(
        ({ licenseId, since, ...user }) =>
          `${called(user)} ${since === "left" ? since : `${since} ${quote(licenseId)}`}`
      )
    const more = this.changes.length > some.length ? ` and ${this.changes.length - some.length} more` : ""
    return `The plan is stale: since it was made, ${some.join(", ")}${more}. Make a new plan.`
  }
}

/** A plan changes more than it may. Nothing was sent. */
export class TooManyChanges extends Schema.TaggedError<TooManyChanges>()("TooManyChanges", {
  /** Which limit: that of all changes, or that of removals alone. */
  of: Schema.Literals(["changes", "removals"]),
  /** How many the plan has. */
  planned: Schema.Int,
  /** The limit. */
  allowed: Schema.Int
}) {
  override get message() {
    const planned = `${this.planned} ${this.planned === 1 ? this.of.replace(/s$/, "") : this.of}`
    return `The plan has ${planned}, and the limit is ${this.allowed}. Look at the plan, and raise the limit if it is right.`
  }
}

/** Whoever was asked did not agree to the changes. Nothing was sent. */
export class NotConfirmed extends Schema.TaggedError<NotConfirmed>()("NotConfirmed", {
  /** Licenses that would have been given. */
  additions: Schema.Int,
  /** Licenses that would have been taken away. */
  removals: Schema.Int
}) {
  override get message() {
    const { additions, removals } = this
    const licenses = (count: number) => `${count} ${count === 1 ? "license" : "licenses"}`
    const what = [
      ...(additions > 0 ? [`giving ${licenses(additions)}`] : []),
      ...(removals > 0 ? [`taking away ${licenses(removals)}`] : [])
    ].join(" and ")
    return `Nothing was changed: ${what} was not confirmed.`
  }
}

/** Another run is writing to the journal, or ended without saying so. */
export class JournalInUse extends Schema.TaggedError<JournalInUse>()("JournalInUse", {
  /** The journal. */
  path: Schema.String,
  /** The other run, as it calls itself. */
  owner: Schema.String,
  /** When it began, ISO 8601. */
  since: Schema.String
}) {
  override get message() {
    return `${this.path} is in use by ${quote(this.owner)} since ${this.since}. Wait until it ends; if it does not run any more, take the journal over.`
  }
}

/** Another run has taken the journal over. The run that fails with this has sent nothing since it saw it. */
export class JournalTakenOver extends Schema.TaggedError<JournalTakenOver>()("JournalTakenOver", {
  /** The journal. */
  path: Schema.String,
  /** The other run, as it calls itself. */
  owner: Schema.String,
  /** When it took over, ISO 8601. */
  since: Schema.String
}) {
  override get message() {
    return `${this.path} was taken over by ${quote(this.owner)} at ${this.since}, so this run has stopped. The journal tells what was done; what is left is for the run that took over.`
  }
}

/** The journal tells of another plan. */
export class JournalMismatch extends Schema.TaggedError<JournalMismatch>()("JournalMismatch", {
  /** The journal. */
  path: Schema.String
}) {
  override get message() {
    return `${this.path} is the journal of another plan. Name another file for the journal of this one.`
  }
}

/** The secret of an organization is not where it should be. Nothing was sent to it. */
export class SecretMissing extends Schema.TaggedError<SecretMissing>()("SecretMissing", {
  /** The id of the organization. */
  organization: Schema.String,
  /** Of the variable, or of the file. */
  name: Schema.String,
  /** Where secrets are files. */
  folder: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    return this.folder === undefined
      ? `${this.name} is not set. Set it to the secret of the OAuth client of ${this.organization}.`
      : `${this.folder}/${this.name} is not there, or is empty. It must hold the secret of the OAuth client of ${this.organization}.`
  }
}

/** Everything that can go wrong beside the License API. */
export const Reason = Schema.Union([
  InvalidInput,
  FileFailed,
  DiskFull,
  Corrupted,
  NewerVersion,
  WrongOrganization,
  UnknownLicenses,
  UnknownRole,
  AmbiguousRole,
  UnknownUsers,
  AmbiguousEmail,
  AmbiguousNames,
  StalePlan,
  TooManyChanges,
  NotConfirmed,
  JournalInUse,
  JournalTakenOver,
  JournalMismatch,
  SecretMissing
])
export type Reason = (typeof Reason)["Type"]

/** The error of every function of this package. */
export class AdminError extends Schema.TaggedError<AdminError>()("AdminError", {
  /** What went wrong: a tagged union, for `Effect.catchReason` and `Effect.catchReasons`. */
  reason: Reason
}) {
  override get message(): string {
    return this.reason.message
  }
}

/** An {@link AdminError} of a reason, as a failure. */
export const fail = (reason: Reason): AdminError => new AdminError({ reason })
