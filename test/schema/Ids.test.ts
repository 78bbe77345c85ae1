import { assert, describe, it } from "@effect/vitest"
import { LicenseId, PathSegment, PermissionId, pathSegmentProblem, RoleId, UserId } from "@genesys-license/schema"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"

// Fixed, so that a run repeats: a failure here is one that everybody sees.
const seed = 20_260_701

const empty = "must not be empty"
const relative = "must not be a relative path segment"
const surrogate = "must not contain a lone surrogate"

const refused: ReadonlyArray<readonly [label: string, value: string, problem: string]> = [
  ["an empty string", "", empty],
  ["a dot", ".", relative],
  ["two dots", "..", relative],
  ["an encoded dot", "%2e", relative],
  ["two encoded dots", "%2e%2e", relative],
  ["two encoded dots in upper case", "%2E%2E", relative],
  ["a dot and an encoded dot", ".%2e", relative],
  ["an encoded dot and a dot", "%2e.", relative],
  ["dots encoded twice", "%252e%252e", relative],
  ["dots encoded three times", "%25252e%25252e", relative],
  ["dots encoded digit by digit", "%25%32%65%25%32%65", relative],
  ["a lone high surrogate", "a\ud800", surrogate],
  ["a lone low surrogate", "\udc00", surrogate],
  ["surrogates in the wrong order", "\udc00\ud800", surrogate]
]

const accepted: ReadonlyArray<readonly [label: string, value: string]> = [
  ["a license id", "cloudCX2"],
  ["a UUID", "0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a01"],
  ["three dots", "..."],
  ["a name that starts with dots", "..a"],
  ["dots around a space", ". ."],
  ["a path out of the segment", "../../users"],
  ["a path", "a/b"],
  ["an encoded slash", "%2f"],
  ["an encoded path out of the segment", "..%2f..%2fusers"],
  ["a query", "?x"],
  ["a fragment", "#x"],
  ["a backslash", "\\"],
  ["a path with backslashes", "..\\..\\users"],
  ["a NUL", "\0"],
  ["a line break", "a\r\nHost: b"],
  ["dots with a tab between", ".\t."],
  ["a right-to-left mark", "\u200fa"],
  ["a right-to-left override", "\u202ea"],
  ["a pair of surrogates", "😀"],
  ["a percent sign that encodes nothing", "%"],
  ["a broken encoding after a dot", ".%2"],
  ["another origin", "//evil.example/x"],
  ["another scheme", "javascript:alert(1)"],
  ["credentials", "user:password@evil.example"],
  ["10 kB", "a".repeat(10_240)],
  ["10 kB of two-byte letters", "é".repeat(5_120)]
]

const base = "/api/v2/license/users/"

/** The path that a request for this id is really sent to. */
const pathname = (id: string): string => new URL(`https://host.example${base}${encodeURIComponent(id)}`).pathname

const staysInItsSegment = (id: string): boolean => {
  const path = pathname(id)
  const segment = path.slice(base.length)
  return path.startsWith(base) && segment !== "" && !segment.includes("/") && decodeURIComponent(segment) === id
}

describe("pathSegmentProblem", () => {
  it.each(refused)("refuses %s", (_, value, problem) => {
    assert.strictEqual(pathSegmentProblem(value), problem)
  })

  it.each(accepted)("accepts %s, which stays in its segment", (_, value) => {
    assert.isUndefined(pathSegmentProblem(value))
    assert.isTrue(staysInItsSegment(value), pathname(value))
  })

  it("refuses what would call another endpoint", () => {
    assert.strictEqual(pathname(".."), "/api/v2/license/")
    assert.strictEqual(pathname("."), "/api/v2/license/users/")
    assert.throws(() => pathname("\ud800"), URIError)
  })

  it("accepts nothing that leaves its segment", () => {
    // Mostly of the pieces that matter, because random text hardly ever has them.
    const pieces = fc.constantFrom(
      ".",
      "..",
      "%",
      "2e",
      "%2e",
      "%2E",
      "%25",
      "%2f",
      "/",
      "\\",
      "\t",
      "a",
      "é",
      "\ud800"
    )
    const id = fc.oneof(
      fc.array(pieces, { maxLength: 5 }).map((all) => all.join("")),
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" })
    )
    let accepted = 0
    fc.assert(
      fc.property(id, (id) => {
        if (pathSegmentProblem(id) !== undefined) return true
        accepted++
        return staysInItsSegment(id)
      }),
      { seed, numRuns: 5_000 }
    )
    assert.isAbove(accepted, 2_500)
  })

  it("accepts no spelling of dots, however often a proxy decodes it", () => {
    const spelling = fc.array(fc.constantFrom(".", "%2e", "%2E", "%25", "%", "25", "2", "e", "a"), { maxLength: 6 })
    let dots = 0
    fc.assert(
      fc.property(spelling, (all) => {
        const id = all.join("")
        let sent = id
        let leaves = false
        for (let hop = 0; hop < 8 && !leaves; hop++) {
          // What is left of the path when the text is taken as a segment without encoding.
          leaves = [base, "/api/v2/license/"].includes(new URL(`https://host.example${base}${sent}`).pathname)
          try {
            sent = decodeURIComponent(sent)
          } catch {
            break
          }
        }
        if (leaves) dots++
        return leaves === (pathSegmentProblem(id) !== undefined)
      }),
      { seed, numRuns: 5_000 }
    )
    assert.isAbove(dots, 250)
  })

  it("refuses only what is empty, ill-formed or made of dots in the end", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.constantFrom("a", "-", "/", " ", "\0"), (text, letter) => {
        const id = `${letter}${text}`
        return (pathSegmentProblem(id) === undefined) === id.isWellFormed()
      }),
      { seed, numRuns: 1_000 }
    )
  })
})

describe("PathSegment", () => {
  const decode = Schema.decodeUnknownSync(PathSegment)

  it.each(refused)("refuses %s, and says why", (_, value, problem) => {
    assert.throws(() => decode(value), problem)
  })

  it.each(accepted)("reads %s as it is", (_, value) => {
    assert.strictEqual(decode(value), value)
  })

  it("refuses what is not a string", () => {
    for (const value of [null, undefined, 1, ["a"], {}]) assert.throws(() => decode(value))
  })
})

describe.each([
  ["LicenseId", LicenseId],
  ["UserId", UserId],
  ["RoleId", RoleId],
  ["PermissionId", PermissionId]
])("%s", (_, codec) => {
  it("is an open string: in a body, any text is kept as it is", () => {
    for (const id of ["cloudCX2", "", "..", "a/b", "\0", "\ud800", "__proto__", "\u202ea", "a".repeat(10_240)]) {
      assert.strictEqual(Schema.decodeSync(codec)(id), id)
    }
  })

  it("is not another type", () => {
    for (const id of [null, 1, true, [], {}]) assert.throws(() => Schema.decodeUnknownSync(codec)(id))
  })
})
