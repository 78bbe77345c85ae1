/**
 * A user id as people copy it: Genesys Cloud writes GUIDs in lower case, other
 * programs in capitals or in braces, and web pages put invisible characters around.
 */
import type { UserId } from "@genesys-license/schema/Ids"

const guid = /^\{?([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\}?$/i

/** The id that a cell means. What is no GUID stays as it is, but for the invisible. */
export const read = (cell: string): UserId => {
  const visible = cell.replace(/\p{Cf}/gu, "").trim()
  return guid.exec(visible)?.[1]?.toLowerCase() ?? visible
}
