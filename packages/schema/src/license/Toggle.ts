/**
 * Feature toggles of the License API. The vendor has deprecated them: reading a toggle
 * always returns `true`, and changing one has no effect.
 */
import * as Schema from "effect/Schema"
import { optional } from "../Lenient.ts"

/** The state of a feature toggle. */
export const LicenseOrgToggle = Schema.Struct({
  featureName: optional(Schema.String),
  enabled: optional(Schema.Boolean)
}).annotate({ identifier: "LicenseOrgToggle" })
export interface LicenseOrgToggle extends Schema.Schema.Type<typeof LicenseOrgToggle> {}
