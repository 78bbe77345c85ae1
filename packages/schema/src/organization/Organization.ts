/**
 * The organization that a token belongs to.
 */
import * as Schema from "effect/Schema"
import { optional } from "../Lenient.ts"

/** An organization of Genesys Cloud, identified by its `id`. */
export const Organization = Schema.Struct({
  id: Schema.String,
  name: optional(Schema.String),
  /** The short name. It is unique and never changes. */
  thirdPartyOrgName: optional(Schema.String),
  domain: optional(Schema.String),
  /** A country code such as `US`. */
  defaultCountryCode: optional(Schema.String),
  /** `active`, `inactive` or `deleted`. The vendor may add values. */
  state: optional(Schema.String),
  /** How many times the organization was changed. The only field that the vendor guarantees. */
  version: optional(Schema.Int),
  /** Such as `GenesysCloud`. The vendor may add values. */
  productPlatform: optional(Schema.String)
}).annotate({ identifier: "Organization" })
export interface Organization extends Schema.Schema.Type<typeof Organization> {}
