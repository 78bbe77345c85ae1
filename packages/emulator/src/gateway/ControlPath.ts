/**
 * The path of the control routes. The prefixes of a gateway do not apply to it.
 */
import * as FindMyWay from "effect/http/FindMyWay"

/** The prefix of the paths of all control routes. */
export const path = "/__emulator"

const routes = FindMyWay.make<"control">()
routes.on("GET", path, "control")
routes.on("GET", `${path}/*`, "control")

/**
 * Whether a URL leads to a control route. Uses the router of the server, because a prefix test would miss
 * `/%5f%5femulator`, `//__emulator` and `/__EMULATOR`.
 */
export const isControl = (url: string): boolean => routes.find("GET", url) !== undefined
