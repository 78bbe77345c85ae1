/**
 * Users of whom something is missing that was asked for: the platform resolves `expand`
 * "with a best effort approach", so that absent does not mean that there is none.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Predicate from "effect/Predicate"
import type * as Random from "effect/Random"
import * as Expansion from "../organization/Expansion.ts"
import type { WrittenPerson } from "../organization/Person.ts"
import type { UnexpandedFault } from "./Fault.ts"

/** The same answer, with less of some of its users. An answer that has no users stays as it is. */
export const apply = Effect.fnUntraced(function* (
  { expand = Expansion.expansions, share = 1 }: (typeof UnexpandedFault)["Type"],
  random: Random.Random,
  response: HttpServerResponse.HttpServerResponse
) {
  if (response.status !== 200) return response
  const body: unknown = yield* Effect.orDie(HttpServerResponse.toClientResponse(response).json)
  // Chance is asked for every user, so that others do not change who it happens to.
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
