/**
 * Reads user ids that people have copied. Genesys Cloud writes GUIDs in lower case. Other programs
 * use upper case or braces, and web pages add invisible characters.
 */
import type { UserId } from "@genesys-license/schema/Ids"

const guid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const inBraces = /^\{\s*(.*?)\s*\}$/

/** Removes surrounding white space, and invisible characters anywhere. */
export const visible = (cell: string): string => cell.replace(/\p{Cf}/gu, "").trim()

/** Reads an id. Removes invisible characters and surrounding braces, and turns a GUID into lower case. */
export const read = (cell: string): UserId => {
  const id = visible(cell)
  return sameness(inBraces.exec(id)?.[1] ?? id)
}

/** Whether a text is a GUID, as user ids of Genesys Cloud are. */
export const isGuid = (text: string): boolean => guid.test(text)

/** Normalizes an id: two spellings of one id have the same result. The case of a GUID does not matter. */
export const sameness = (userId: UserId): UserId => (guid.test(userId) ? userId.toLowerCase() : userId)

/** Other spellings of an id: a GUID in upper case. */
export const otherSpellings = (userId: UserId): ReadonlyArray<UserId> =>
  guid.test(userId) ? [userId.toUpperCase()] : []

/** Whether a text is an e-mail address, and so not an id. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text)

/** What unknown user ids look like: e-mail addresses, names of people, or neither. */
export const resemblance = (userIds: ReadonlyArray<string>): "e-mail addresses" | "names" | undefined => {
  if (userIds.some(isEmail)) return "e-mail addresses"
  return userIds.some((userId) => /^\p{L}[\p{L}.'’-]*(?:,? \p{L}[\p{L}.'’-]*)+$/u.test(userId)) ? "names" : undefined
}
