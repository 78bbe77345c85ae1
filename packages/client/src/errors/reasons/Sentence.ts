/**
 * Parts that the messages of several reasons share.
 */
import type { ErrorBody } from "@genesys-license/schema/ErrorBody"
import { quote } from "@genesys-license/schema/Quote"
import * as Duration from "effect/Duration"

/** A server's text may be very long. In characters. */
const longest = 500

/** Quotes a server's text, on one line. */
export const quoteServer = (text: string): string => quote(text, longest)

/** What Genesys Cloud says about an error, as a sentence that follows another. Empty if it says nothing. */
export const serverSays = (body: ErrorBody | undefined): string => {
  const text = body?.message ?? body?.code
  if (text === undefined) return ""
  const said = quoteServer(text)
  return ` Genesys Cloud says: ${said}${/[.!?…]$/.test(said) ? "" : "."}`
}

/** When to try again. */
export const tryAgain = (after: Duration.Duration | undefined): string =>
  after === undefined ? "Try again later." : `Try again in ${Duration.format(after)}.`
