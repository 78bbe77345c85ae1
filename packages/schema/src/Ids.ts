/**
 * Ids. All are open strings, because the vendor declares no format. License ids are
 * names such as `cloudCX2`; every new product adds some.
 */
import * as Schema from "effect/Schema"

/** The id of a license, such as `cloudCX2`. */
export const LicenseId = Schema.String.annotate({ identifier: "LicenseId" })
export type LicenseId = string

/** The id of a user: a UUID in practice, any string by contract. */
export const UserId = Schema.String.annotate({ identifier: "UserId" })
export type UserId = string

/** The id of an authorization role. */
export const RoleId = Schema.String.annotate({ identifier: "RoleId" })
export type RoleId = string

/** A permission, such as `authorization:grant:add`. */
export const PermissionId = Schema.String.annotate({ identifier: "PermissionId" })
export type PermissionId = string

/**
 * Returns why a value cannot be a single path segment, or `undefined` if it can.
 *
 * `encodeURIComponent` leaves `.` and `..` as they are, and the URL parser then resolves
 * them: `getUser("..")` would call another endpoint. An empty segment would call the
 * parent. Encoded forms of `.` and `..` are refused too, because a proxy may decode the
 * path again. Every other value is encoded and stays inside its segment.
 */
export const pathSegmentProblem = (value: string): string | undefined => {
  if (value === "") return "must not be empty"
  if (!value.isWellFormed()) return "must not contain a lone surrogate"
  let decoded = value
  // Eight layers are more than any chain of proxies decodes.
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
    // Without this, the generator of test values only tries the empty string and never finds a valid one.
    arbitraryConstraint: { minLength: 1 }
  })
)
