/**
 * Problems with snapshots, plans and journals that an earlier run wrote.
 */
import * as Schema from "effect/Schema"
import { describe, OrganizationIdentity, Recorded } from "../organization/OrganizationIdentity.ts"

/** The kinds of documents that this package writes and reads. */
const Kind = Schema.Literals(["snapshot", "plan", "journal"])

/** A document is damaged, was edited, or is not a document of this kind. */
export class Corrupted extends Schema.TaggedError<Corrupted>()("Corrupted", {
  /** The expected kind. */
  document: Kind,
  /** The path of the file or, for a text without a file, the kind of the document. */
  source: Schema.String,
  /** The problem, as part of a sentence: `it is not valid JSON`. */
  problem: Schema.String
}) {
  override get message() {
    const next = {
      snapshot: "Take a new snapshot, or use a backup copy.",
      plan: "Make a new plan; edited plans are refused.",
      journal: "Use a backup copy of the journal, or make a new plan with a new journal."
    }[this.document]
    return `${this.source} is not a valid ${this.document}: ${this.problem}. ${next}`
  }
}

/** A later version of this program wrote the document. */
export class NewerVersion extends Schema.TaggedError<NewerVersion>()("NewerVersion", {
  /** The kind of the document. */
  document: Kind,
  /** The path of the file or, for a text without a file, the kind of the document. */
  source: Schema.String,
  /** The format version of the document. */
  version: Schema.Int,
  /** The latest format version that this program can read. */
  supported: Schema.Int
}) {
  override get message() {
    return `${this.source} is a ${this.document} in format version ${this.version}, but this program reads versions up to ${this.supported}. Update the program.`
  }
}

/** A document belongs to another organization than the connected one. Nothing was sent. */
export class WrongOrganization extends Schema.TaggedError<WrongOrganization>()("WrongOrganization", {
  /** The kind of the document. */
  document: Kind,
  /** The organization of the document. */
  recorded: Recorded,
  /** The connected organization. */
  asked: OrganizationIdentity
}) {
  override get message() {
    return `The ${this.document} belongs to another organization: ${describe(this.recorded)}. You are connected to ${describe(this.asked)}. Connect to the organization of the ${this.document}.`
  }
}
