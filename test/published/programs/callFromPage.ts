/**
 * The call as a script of a page.
 */
import { call } from "./call.ts"

Object.assign(globalThis, { call })
