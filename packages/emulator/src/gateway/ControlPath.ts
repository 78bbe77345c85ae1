/**
 * Where the control routes are, whatever prefix a gateway has.
 */
import * as FindMyWay from "effect/http/FindMyWay"

/** What the path of every control route begins with. */
export const path = "/__emulator"

const routes = FindMyWay.make<"control">()
routes.on("GET", path, "control")
routes.on("GET", `${path}/*`, "control")

/**
 * Whether a URL leads to a control route. It is read as the router reads it, which
 * takes `/%5f%5femulator`, `//__emulator` and `/__EMULATOR` for the same.
 */
export const isControl = (url: string): boolean => routes.find("GET", url) !== undefined
