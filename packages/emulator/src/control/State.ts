/**
 * Exports, imports and resets the organization, the OAuth clients and the rate limit of an
 * emulator, as one JSON document.
 *
 * Tokens stay valid across an import or a reset, as long as their client still exists.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { OAuth } from "../oauth/OAuth.ts"
import { Organization } from "../organization/Organization.ts"
import * as OrganizationDocument from "./OrganizationDocument.ts"
import { defaultRateLimit, RateWindow } from "../oauth/RateWindow.ts"

/** A document in the format of {@link OrganizationDocument}. */
export type Document = (typeof OrganizationDocument.OrganizationDocument)["Encoded"]

/**
 * The document that recreates the organization, the clients and the rate limit. Two exports are
 * the same, byte for byte, unless something changed in between.
 */
export const exportDocument: Effect.Effect<Document, never, Organization | OAuth | RateWindow> = Effect.gen(
  function* () {
    const { definitions, groups, largestPage, organization, people, roles, seed, users } = yield* (yield* Organization)
      .export
    const clients = yield* (yield* OAuth).clients
    const rateLimit = yield* (yield* RateWindow).limit
    return yield* encode({
      ...(seed !== undefined && { seed }),
      ...(organization && { organization }),
      ...(people && { people }),
      ...(largestPage && { largestPage }),
      ...(definitions && { definitions }),
      ...(roles && { roles }),
      ...(groups && { groups }),
      ...(users !== undefined && { users }),
      clients: clients.map(({ rateLimit, secret, ...client }) => ({
        ...client,
        ...(secret !== undefined && { secret }),
        ...(rateLimit && { rateLimit: toSchemaType(rateLimit) })
      })),
      rateLimit: toSchemaType(rateLimit)
    })
  }
)

/** Replaces the organization, the clients and the rate limit. An invalid document changes nothing. */
export const importDocument = Effect.fnUntraced(function* (
  document: unknown
): Effect.fn.Return<void, OrganizationDocument.InvalidOrganization, Organization | OAuth | RateWindow> {
  const state = yield* OrganizationDocument.decode(document)
  yield* (yield* Organization).replace(state)
  yield* (yield* OAuth).replace(state)
  yield* (yield* RateWindow).configure(state.rateLimit ?? defaultRateLimit)
})

/** Restores the organization, the clients and the rate limit from the start of the emulator. */
export const reset: Effect.Effect<void, never, Organization | OAuth | RateWindow> = Effect.gen(function* () {
  yield* (yield* Organization).reset
  yield* (yield* OAuth).reset
  yield* (yield* RateWindow).reset
})

const encode = (document: OrganizationDocument.OrganizationDocument) =>
  Effect.orDie(Schema.encodeEffect(OrganizationDocument.OrganizationDocument)(document))

const toSchemaType = ({ requests, window }: { readonly requests: number; readonly window: Duration.Input }) => ({
  requests,
  window: Duration.fromInputUnsafe(window)
})
