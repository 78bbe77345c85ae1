/**
 * Licenses and roles that the organization does not have, or cannot tell apart.
 */
import { LicenseId, RoleId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as Schema from "effect/Schema"
import * as Shortened from "./Shortened.ts"

/** The organization does not have the licenses that users should get. */
export class UnknownLicenses extends Schema.TaggedError<UnknownLicenses>()("UnknownLicenses", {
  /** The licenses that the organization does not have. */
  licenseIds: Schema.Array(LicenseId),
  /** The licenses that the organization has. */
  defined: Schema.Array(LicenseId),
  /** Suggestions. The message suggests ids that differ only in case even if they are not in this list. */
  similar: Schema.optionalKey(Schema.Array(LicenseId))
}) {
  override get message() {
    const otherCase = this.licenseIds.flatMap((unknown) =>
      this.defined.filter((id) => id.toLowerCase() === unknown.toLowerCase())
    )
    const suggestions = otherCase.length > 0 ? otherCase : (this.similar ?? [])
    const hint = suggestions.length === 0 ? "" : ` Did you mean ${suggestions.map((id) => quote(id)).join(" or ")}?`
    const unknown = this.licenseIds.map((licenseId) => quote(licenseId)).join(", ")
    const defined = this.defined.map((licenseId) => quote(licenseId)).join(", ") || "none"
    return `The organization has no license ${unknown}.${hint} It has ${defined}.`
  }
}

/** No role has this name. */
export class UnknownRole extends Schema.TaggedError<UnknownRole>()("UnknownRole", {
  /** The name that was given. */
  name: Schema.String,
  /** Similar names, as suggestions. */
  similar: Schema.Array(Schema.String)
}) {
  override get message() {
    const hint =
      this.similar.length === 0
        ? "Check the names of the roles, or give the id of the role."
        : `Did you mean ${this.similar.map((name) => `"${quote(name)}"`).join(" or ")}?`
    return `The organization has no role "${quote(this.name)}". ${hint}`
  }
}

/** Several roles have the same name. */
export class AmbiguousRole extends Schema.TaggedError<AmbiguousRole>()("AmbiguousRole", {
  /** The name that was given. */
  name: Schema.String,
  /** The roles with this name. */
  roleIds: Schema.Array(RoleId)
}) {
  override get message() {
    const ids = Shortened.list(this.roleIds, (id) => quote(id))
    return `${this.roleIds.length} roles have the name "${quote(this.name)}": ${ids}. Give the id of the role that you mean.`
  }
}
