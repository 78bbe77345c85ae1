/**
 * A user id as people copy it: Genesys Cloud writes GUIDs in lower case, other
 * programs in capitals or in braces, and web pages put invisible characters around.
 */
import type { UserId } from "@genesys-license/schema/Ids"

const guid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const inBraces = /^\{\s*(.*?)\s*\}$/

/** What is left of a cell without what nobody sees: white space around it, and marks anywhere. */
export const visible = (cell: string): string => cell.replace(/\p{Cf}/gu, "").trim()

/** The id that a cell means. What is no GUID stays as it is, but for the invisible and for braces around it. */
export const read = (cell: string): UserId => {
  const id = visible(cell)
  return sameness(inBraces.exec(id)?.[1] ?? id)
}

/** Whether a text is an id as Genesys Cloud writes them. */
export const isGuid = (text: string): boolean => guid.test(text)

/** By which two spellings of an id are the same: a GUID is itself in capitals, too. */
export const sameness = (userId: UserId): UserId => (guid.test(userId) ? userId.toLowerCase() : userId)

/** As others may spell it: in capitals. */
export const otherSpellings = (userId: UserId): ReadonlyArray<UserId> =>
  guid.test(userId) ? [userId.toUpperCase()] : []

/** Whether a text that names a user is an e-mail address, and so no id. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text)

/** What texts look like that are no ids of users, if they look like something that people have in their lists. */
export const resemblance = (userIds: ReadonlyArray<string>): "e-mail addresses" | "names" | undefined => {
  if (userIds.some(isEmail)) return "e-mail addresses"
  return userIds.some((userId) => /^\p{L}[\p{L}.'’-]*(?:,? \p{L}[\p{L}.'’-]*)+$/u.test(userId)) ? "names" : undefined
}
