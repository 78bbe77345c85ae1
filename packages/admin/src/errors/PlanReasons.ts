/**
 * Why a plan is not applied.
 */
import { LicenseId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as Schema from "effect/Schema"
import { called, UserNamed } from "./PeopleReasons.ts"
import * as Shortened from "./Shortened.ts"

/** Licenses of the users in the plan have changed since the plan was made. Nothing was sent. */
export class StalePlan extends Schema.TaggedError<StalePlan>()("StalePlan", {
  /** The changes since then. For a user who left the organization, `licenseId` is the license in the plan. */
  changes: Schema.Array(
    Schema.Struct({
      ...UserNamed.fields,
      licenseId: LicenseId,
      since: Schema.Literals(["gained", "lost", "left"])
    })
  )
}) {
  override get message() {
    const changes = Shortened.list(this.changes, ({ licenseId, since, ...user }) =>
      since === "left" ? `${called(user)} left the organization` : `${called(user)} ${since} ${quote(licenseId)}`
    )
    return `The plan is stale: since it was made, ${changes}. Make a new plan.`
  }
}

/** A plan has more changes than the limit allows. Nothing was sent. */
export class TooManyChanges extends Schema.TaggedError<TooManyChanges>()("TooManyChanges", {
  /** What the limit counts: all changes, or only removals. */
  of: Schema.Literals(["changes", "removals"]),
  /** How many of them the plan has. */
  planned: Schema.Int,
  /** The limit. */
  allowed: Schema.Int
}) {
  override get message() {
    const planned = `${this.planned} ${this.planned === 1 ? this.of.replace(/s$/, "") : this.of}`
    return `The plan has ${planned}, but the limit is ${this.allowed}. Check the plan, and raise the limit if the plan is right.`
  }
}

/** The user did not confirm the changes. Nothing was sent. */
export class NotConfirmed extends Schema.TaggedError<NotConfirmed>()("NotConfirmed", {
  /** How many licenses the plan would have given. */
  additions: Schema.Int,
  /** How many licenses the plan would have taken away. */
  removals: Schema.Int
}) {
  override get message() {
    const { additions, removals } = this
    const licenses = (count: number) => `${count} ${count === 1 ? "license" : "licenses"}`
    const changes = [
      ...(additions > 0 ? [`giving ${licenses(additions)}`] : []),
      ...(removals > 0 ? [`taking away ${licenses(removals)}`] : [])
    ].join(" and ")
    return `Nothing was changed: ${changes} was not confirmed.`
  }
}
