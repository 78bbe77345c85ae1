/**
 * What must not be quoted from an answer: a server may echo what it was sent.
 *
 * One for a transport. It forgets: a program that runs for a year has had thousands
 * of tokens, and an answer can only echo one that is, or was lately, in use.
 */
import type * as Headers from "effect/http/Headers"
import * as Redacted from "effect/Redacted"

export interface Redaction {
  /** Keeps a secret of the configuration. */
  readonly keep: (secret: Redacted.Redacted) => void
  /** Keeps a token that is used now until {@link lately} others have been. */
  readonly note: (token: Redacted.Redacted) => void
  /** The text without secrets, and without what these headers carry, short of what every request carries. */
  readonly redact: (text: string, sent?: Headers.Headers) => string
}

/** The access and refresh token in use, and those of a few renewals before. */
export const lately = 8

/** Values that are no secrets, and occur in texts for good reasons. */
const open = new Set(["accept", "accept-encoding", "content-type", "content-length", "user-agent"])

/** A shorter value of a header is found in too many words. */
const shortest = 6

export const make = (): Redaction => {
  const kept = new Set<Redacted.Redacted>()
  /** The one that was used last stands last. */
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
      if (noted.size > lately) noted.delete(noted.values().next().value!)
    },
    redact: (text, sent = {} as Headers.Headers) => {
      let safe = text
      for (const secrets of [kept, noted]) {
        for (const secret of secrets) safe = without(safe, formsOf(secret))
      }
      for (const [name, value] of Object.entries(sent)) {
        if (!open.has(name) && value.length >= shortest) safe = without(safe, written(value))
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

/** Every answer is looked through for the same token. */
const known = new WeakMap<Redacted.Redacted, ReadonlySet<string>>()

const formsOf = (redacted: Redacted.Redacted): ReadonlySet<string> => {
  const forms = known.get(redacted) ?? written(Redacted.value(redacted))
  known.set(redacted, forms)
  return forms
}

/** As it is, in JSON, in a URL and in a form. */
const written = (secret: string): ReadonlySet<string> =>
  new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    `${new URLSearchParams([["", secret]])}`.slice(1)
  ])
