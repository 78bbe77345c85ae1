/**
 * Removes requested `expand` data from users. The platform resolves `expand` "with a best effort
 * approach", so a client must not take a missing field for an empty one.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Predicate from "effect/Predicate"
import type * as Random from "effect/Random"
import * as Expansion from "../organization/Expansion.ts"
import type { WrittenPerson } from "../organization/Person.ts"
import type { UnexpandedFault } from "./Fault.ts"

/** Removes expanded fields from the users in an answer. Other answers stay unchanged. */
export const apply = Effect.fnUntraced(function* (
  { expand = Expansion.expansions, share = 1 }: (typeof UnexpandedFault)["Type"],
  random: Random.Random,
  response: HttpServerResponse.HttpServerResponse
) {
  if (response.status !== 200) return response
  const body: unknown = yield* Effect.orDie(HttpServerResponse.toClientResponse(response).json)
  // Draws one random number for each user, whatever the earlier draws gave.
  const spoil = (person: unknown) =>
    Predicate.isReadonlyObject(person) && random.nextDoubleUnsafe() < share
      ? Expansion.without(person as unknown as WrittenPerson, expand)
      : person
  const spoilt =
    Predicate.hasProperty(body, "entities") && Array.isArray(body.entities)
      ? Object.assign(body, { entities: body.entities.map(spoil) })
      : spoil(body)
  return HttpServerResponse.setBody(response, HttpBody.jsonUnsafe(spoilt))
})
