/**
 * Why a run cannot use a journal.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Schema from "effect/Schema"

/** Another run holds the journal, or was killed before it could release it. */
export class JournalInUse extends Schema.TaggedError<JournalInUse>()("JournalInUse", {
  /** The path of the journal. */
  path: Schema.String,
  /** The other run, as it describes itself. */
  owner: Schema.String,
  /** When the other run began, ISO 8601. */
  since: Schema.String
}) {
  override get message() {
    return `${this.path} has been in use by ${quote(this.owner)} since ${this.since}. Wait for that run to end. If it is no longer running, take over the journal.`
  }
}

/** Another run has taken over the journal. The failing run has sent nothing since it noticed. */
export class JournalTakenOver extends Schema.TaggedError<JournalTakenOver>()("JournalTakenOver", {
  /** The path of the journal. */
  path: Schema.String,
  /** The other run, as it describes itself. */
  owner: Schema.String,
  /** When the other run took over, ISO 8601. */
  since: Schema.String
}) {
  override get message() {
    return `${quote(this.owner)} took over ${this.path} at ${this.since}, so this run has stopped. The journal shows what this run has done; the other run does the rest.`
  }
}

/** The journal belongs to another plan. */
export class JournalMismatch extends Schema.TaggedError<JournalMismatch>()("JournalMismatch", {
  /** The path of the journal. */
  path: Schema.String
}) {
  override get message() {
    return `${this.path} is the journal of another plan. Use a different file for the journal of this plan.`
  }
}
