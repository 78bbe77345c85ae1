/**
 * The people whom somebody means who types an id or an e-mail address.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { UserService } from "@genesys-license/client/UserService"
import type { Person } from "@genesys-license/schema/users/Person"
import type { UserExpansion } from "@genesys-license/schema/users/UsersApi"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as UserIdCell from "./UserIdCell.ts"

export const isEmail = (text: string): boolean => text.includes("@")

/**
 * Everybody who is meant; nobody is an empty list. An id takes one request and finds
 * somebody in any state. An e-mail address takes a reading of all active users.
 */
export const find = Effect.fnUntraced(function* (
  text: string,
  expand: ReadonlyArray<UserExpansion>
): Effect.fn.Return<ReadonlyArray<Person>, GenesysError, UserService> {
  const users = yield* UserService
  if (!isEmail(text)) return [...(yield* users.byId([UserIdCell.read(text)], { expand })).values()]
  const email = UserIdCell.visible(text).toLowerCase()
  return yield* Stream.runCollect(
    Stream.filter(users.users({ expand }), (person) => person.email?.toLowerCase() === email)
  )
})
