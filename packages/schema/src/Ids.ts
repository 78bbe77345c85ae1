/**
 * Identifiers. All are open strings: the vendor declares no format, license ids
 * are names such as `cloudCX2` and new ones appear with every product.
 */
import * as Schema from "effect/Schema"

/** The id of a license, such as `cloudCX2`. Never a closed list. */
export const LicenseId = Schema.String.annotate({ identifier: "LicenseId" })
export type LicenseId = string

/** The id of a user; a UUID in practice, a plain string by contract. */
export const UserId = Schema.String.annotate({ identifier: "UserId" })
export type UserId = string

/** The id of an authorization role. */
export const RoleId = Schema.String.annotate({ identifier: "RoleId" })
export type RoleId = string

/** A permission, such as `authorization:grant:add`. */
export const PermissionId = Schema.String.annotate({ identifier: "PermissionId" })
export type PermissionId = string

/**
 * Why a value cannot be one segment of a path, or `undefined` when it can.
 *
 * `.` and `..` survive `encodeURIComponent` and are then resolved by the URL
 * parser, so that `getUser("..")` would call another endpoint; an empty segment
 * would call the parent. Encoded forms are refused as well, because a proxy may
 * decode once more. Everything else is encoded and stays in its segment.
 */
export const pathSegmentProblem = (value: string): string | undefined => {
  if (value === "") return "must not be empty"
  if (!value.isWellFormed()) return "must not contain a lone surrogate"
  let decoded = value
  // More layers of encoding than any chain of proxies takes off.
  for (let layer = 0; layer < 8; layer++) {
    if (decoded === "." || decoded === "..") return "must not be a relative path segment"
    let next: string
    try {
      next = decodeURIComponent(decoded)
    } catch {
      return undefined
    }
    if (next === decoded) return undefined
    decoded = next
  }
  return undefined
}

/** A string that stays inside its path segment. See {@link pathSegmentProblem}. */
export const PathSegment = Schema.String.check(
  Schema.makeFilter(pathSegmentProblem, {
    identifier: "PathSegment",
    expected: "a path segment",
    // Without it, generated values start with the empty string only, and none is ever found.
    arbitraryConstraint: { minLength: 1 }
  })
)
