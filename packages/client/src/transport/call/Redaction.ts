/**
 * Removes secrets from texts of a server, which may echo what it was sent.
 *
 * Each transport has one. It remembers only recent tokens: a program that runs for a year uses
 * thousands, and a response can only echo one that was used recently.
 */
import type * as Headers from "effect/http/Headers"
import * as Redacted from "effect/Redacted"

/** The secrets of a transport. */
export interface Redaction {
  /** Remembers a secret of the configuration for good. */
  readonly keep: (secret: Redacted.Redacted) => void
  /** Remembers a token that is used now, until {@link maxTokens} other tokens were used. */
  readonly note: (token: Redacted.Redacted) => void
  /** Removes all secrets from a text, and the values of these headers, except headers that every request has. */
  readonly redact: (text: string, sent?: Headers.Headers) => string
}

/** How many tokens to remember: the current access and refresh token, and those of a few renewals before. */
export const maxTokens = 8

/** Headers whose values are not secret and may appear in texts. */
const harmless = new Set(["accept", "accept-encoding", "content-type", "content-length", "user-agent"])

/** In characters. A shorter header value would match parts of ordinary words. */
const shortest = 6

export const make = (): Redaction => {
  const kept = new Set<Redacted.Redacted>()
  /** In the order of use, the most recent last. */
  const noted = new Set<Redacted.Redacted>()
  let last: Redacted.Redacted | undefined
  return {
    keep: (secret) => {
      kept.add(secret)
    },
    note: (token) => {
      if (token === last) return
      last = token
      noted.delete(token)
      noted.add(token)
      if (noted.size > maxTokens) noted.delete(noted.values().next().value!)
    },
    redact: (text, sent = {} as Headers.Headers) => {
      let safe = text
      for (const secrets of [kept, noted]) {
        for (const secret of secrets) safe = without(safe, formsOf(secret))
      }
      for (const [name, value] of Object.entries(sent)) {
        if (!harmless.has(name) && value.length >= shortest) safe = without(safe, allForms(value))
      }
      return safe
    }
  }
}

const without = (text: string, forms: Iterable<string>): string => {
  let safe = text
  for (const form of forms) safe = safe.replaceAll(form, "<redacted>")
  return safe
}

/** Cached, because every response is searched for the same token. */
const known = new WeakMap<Redacted.Redacted, ReadonlySet<string>>()

const formsOf = (redacted: Redacted.Redacted): ReadonlySet<string> => {
  const forms = known.get(redacted) ?? allForms(Redacted.value(redacted))
  known.set(redacted, forms)
  return forms
}

/** How a secret may appear: as it is, in JSON, in a URL and in a form. */
const allForms = (secret: string): ReadonlySet<string> =>
  new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    `${new URLSearchParams([["", secret]])}`.slice(1)
  ])
