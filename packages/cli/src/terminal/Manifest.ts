/**
 * What the package says of itself.
 */
import manifest from "../../package.json" with { type: "json" }

export const { version } = manifest
