/**
 * The organization that a token belongs to.
 */
import * as Schema from "effect/Schema"
import { optional } from "../Lenient.ts"

/** An organization of Genesys Cloud. Its `id` tells it from every other. */
export const Organization = Schema.Struct({
  id: Schema.String,
  name: optional(Schema.String),
  /** The short name: unique, and never changed. */
  thirdPartyOrgName: optional(Schema.String),
  domain: optional(Schema.String),
  /** Such as `US`. */
  defaultCountryCode: optional(Schema.String),
  /** `active`, `inactive` or `deleted`; open, because the list may grow. */
  state: optional(Schema.String),
  /** How often the organization was changed. The only field that the vendor promises. */
  version: optional(Schema.Int),
  /** Such as `GenesysCloud`; open, too. */
  productPlatform: optional(Schema.String)
}).annotate({ identifier: "Organization" })
export interface Organization extends Schema.Schema.Type<typeof Organization> {}
