/**
 * All that an emulator remembers of its organization, its OAuth clients and its
 * rate limit, as one JSON document: to keep it, to put it back, to begin again.
 *
 * Who is logged in stays so through all of it, if the client is still there.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { OAuth } from "../oauth/OAuth.ts"
import { Organization } from "../organization/Organization.ts"
import * as OrganizationDocument from "./OrganizationDocument.ts"
import { defaultRateLimit, RateWindow } from "../oauth/RateWindow.ts"

/** What `exportDocument` gives, and any other document that {@link OrganizationDocument} describes. */
export type Document = (typeof OrganizationDocument.OrganizationDocument)["Encoded"]

/** The document that makes the same emulator again: the same bytes each time, until something changes. */
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
        ...(rateLimit && { rateLimit: exact(rateLimit) })
      })),
      rateLimit: exact(rateLimit)
    })
  }
)

/** Puts the organization, the clients and the limit of a document in place of those that are there; all or nothing. */
export const importDocument = Effect.fnUntraced(function* (
  document: unknown
): Effect.fn.Return<void, OrganizationDocument.InvalidOrganization, Organization | OAuth | RateWindow> {
  const state = yield* OrganizationDocument.decode(document)
  yield* (yield* Organization).replace(state)
  yield* (yield* OAuth).replace(state)
  yield* (yield* RateWindow).configure(state.rateLimit ?? defaultRateLimit)
})

/** Back to how the emulator began. */
export const reset: Effect.Effect<void, never, Organization | OAuth | RateWindow> = Effect.gen(function* () {
  yield* (yield* Organization).reset
  yield* (yield* OAuth).reset
  yield* (yield* RateWindow).reset
})

const encode = (document: OrganizationDocument.OrganizationDocument) =>
  Effect.orDie(Schema.encodeEffect(OrganizationDocument.OrganizationDocument)(document))

const exact = ({ requests, window }: { readonly requests: number; readonly window: Duration.Input }) => ({
  requests,
  window: Duration.fromInputUnsafe(window)
})
