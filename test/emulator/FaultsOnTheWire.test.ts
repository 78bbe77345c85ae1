/**
 * Every kind of fault over a socket: the bytes that a plain socket receives, and the
 * result of `LicenseService` with each HTTP client.
 */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import type { FaultRule } from "@genesys-license/emulator/faults/FaultRule"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { connect, type Socket } from "node:net"
import { gunzipSync } from "node:zlib"
import { client, failure, type Options, overEachClient, timed } from "../support/Attack.ts"
import * as AwakeClock from "../support/AwakeClock.ts"

const users = [
  { id: "ann", licenses: ["cloudCX2"] },
  { id: "bob", licenses: [] },
  { id: "eve", licenses: ["communicate"] }
]

/** The complete answer, without a fault. */
const wholeBody = JSON.stringify({
  entities: users.map((user) => ({ ...user, selfUri: `/api/v2/license/users/${user.id}` })),
  pageSize: 25,
  pageNumber: 1,
  total: 3,
  pageCount: 1
})

const server = (...faults: ReadonlyArray<FaultRule>) => Server.layer({ users, faults })
const always = (fault: Fault) => server({ operation: "getLicenseUsers", fault })

interface Received {
  readonly head: string
  readonly body: Buffer
  /** Number of chunks that were received. */
  readonly chunks: number
  /** The error that ended the connection; `undefined` if it closed normally. */
  readonly end: "close" | "ECONNRESET"
}

/** Sends a request for a page over a socket, and returns everything until the connection ends. */
const receive = () =>
  Effect.gen(function* () {
    const { oauth } = yield* Emulator
    const { port } = yield* Server
    const token = Redacted.value(yield* oauth.issue())
    return yield* Effect.callback<Received>((resume) => {
      const parts: Array<Buffer> = []
      const socket: Socket = connect(port, "127.0.0.1", () => {
        socket.write(
          `GET /api/v2/license/users HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`
        )
      })
      const done = (end: Received["end"]) => {
        const all = Buffer.concat(parts)
        const split = all.indexOf("\r\n\r\n")
        resume(
          Effect.succeed({
            head: split < 0 ? "" : all.subarray(0, split).toString("latin1"),
            body: split < 0 ? all : all.subarray(split + 4),
            chunks: parts.length,
            end
          })
        )
      }
      socket.on("data", (part: Buffer) => void parts.push(part))
      socket.once("error", (error: NodeJS.ErrnoException) => done(error.code === "ECONNRESET" ? error.code : "close"))
      socket.once("close", () => done("close"))
      return Effect.sync(() => socket.destroy())
    })
  })

/** The body without the chunked encoding. */
const dechunked = ({ body, head }: Received): Buffer => {
  if (!/transfer-encoding: chunked/i.test(head)) return body
  const parts: Array<Buffer> = []
  for (let at = 0; ;) {
    const line = body.indexOf("\r\n", at)
    const size = Number.parseInt(body.subarray(at, line).toString("latin1"), 16)
    if (size === 0) return Buffer.concat(parts)
    parts.push(body.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}

describe("on the wire", () => {
  const shows = (title: string, fault: Fault, check: () => Effect.Effect<void, never, Server | Emulator>) =>
    it.live(title, () => Effect.suspend(check).pipe(Effect.provide(always(fault)), AwakeClock.provide))

  it.live("an answer without a fault is complete", () =>
    Effect.gen(function* () {
      const received = yield* receive()
      expect(received.head).toContain(`HTTP/1.1 200 OK`)
      expect(received.head.toLowerCase()).toContain(`content-length: ${wholeBody.length}`)
      expect(JSON.parse(received.body.toString())).toEqual(JSON.parse(wholeBody))
    }).pipe(Effect.provide(server()))
  )

  shows("a status is an error with its Retry-After", { type: "status", status: 503, retryAfter: "soon" }, () =>
    Effect.gen(function* () {
      const { body, head } = yield* receive()
      expect(head).toContain("HTTP/1.1 503 Service Unavailable\r\n")
      expect(head).toContain("\r\nretry-after: soon\r\n")
      expect(JSON.parse(body.toString())).toMatchObject({ status: 503, code: "service.unavailable" })
    })
  )

  shows("a reset is one, without a byte", { type: "reset" }, () =>
    Effect.gen(function* () {
      expect(yield* receive()).toMatchObject({ head: "", chunks: 0, end: "ECONNRESET" })
    })
  )

  shows("a reset in the body comes after its beginning", { type: "reset", bytes: 7 }, () =>
    Effect.gen(function* () {
      const { body, end, head } = yield* receive()
      expect(head.toLowerCase()).toContain(`content-length: ${wholeBody.length}`)
      expect(body.toString()).toBe(wholeBody.slice(0, 7))
      expect(end).toBe("ECONNRESET")
    })
  )

  shows("a truncated answer ends in order, before its length", { type: "truncate", bytes: 7 }, () =>
    Effect.gen(function* () {
      const { body, end, head } = yield* receive()
      expect(head.toLowerCase()).toContain(`content-length: ${wholeBody.length}`)
      expect(body.toString()).toBe(wholeBody.slice(0, 7))
      expect(end).toBe("close")
    })
  )

  shows("a truncated document is a complete answer", { type: "truncate", bytes: 7, length: "sent" }, () =>
    Effect.gen(function* () {
      const { body, end, head } = yield* receive()
      expect(head.toLowerCase()).toContain("content-length: 7")
      expect(body.toString()).toBe(wholeBody.slice(0, 7))
      expect(end).toBe("close")
    })
  )

  shows("a drip comes in pieces, and is whole in the end", { type: "drip", every: "10 millis", bytes: 50 }, () =>
    Effect.gen(function* () {
      const received = yield* receive()
      expect(received.chunks).toBeGreaterThan(3)
      expect(received.body.toString()).toBe(wholeBody)
      expect(received.end).toBe("close")
    })
  )

  shows("latency is silence before the right answer", { type: "latency", duration: "100 millis" }, () =>
    Effect.gen(function* () {
      const [millis, { body }] = yield* timed(receive())
      expect(millis).toBeGreaterThan(95)
      expect(body.toString()).toBe(wholeBody)
    })
  )

  shows("a page of HTML says so", { type: "html" }, () =>
    Effect.gen(function* () {
      const { body, head } = yield* receive()
      expect(head).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n[^]*content-type: text\/html/i)
      expect(body.toString()).toMatch(/^<html>/)
    })
  )

  shows("another shape is JSON with status 200", { type: "response", json: { entities: "none" } }, () =>
    Effect.gen(function* () {
      const { body, head } = yield* receive()
      expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*content-type: application\/json/i)
      expect(body.toString()).toBe(`{"entities":"none"}`)
    })
  )

  shows(
    "a patch changes the correct answer and its length",
    { type: "patch", operations: [{ op: "replace", path: "/total", value: "many, many" }] },
    () =>
      Effect.gen(function* () {
        const { body, head } = yield* receive()
        const right = JSON.parse(wholeBody)
        expect(JSON.parse(body.toString())).toEqual({ ...right, total: "many, many" })
        expect(head).toMatch(new RegExp(`content-length: ${body.length}\\r\\n`, "i"))
      })
  )

  shows("a redirect has its location and no body", { type: "redirect", status: 308 }, () =>
    Effect.gen(function* () {
      const received = yield* receive()
      expect(received.head).toMatch(/^HTTP\/1\.1 308 [^]*location: https:\/\/elsewhere\.invalid\//i)
      expect(dechunked(received)).toHaveLength(0)
    })
  )

  shows("a gzip bomb is a thousandth of what it becomes", { type: "gzipBomb", bytes: 32 * 1024 * 1024 }, () =>
    Effect.gen(function* () {
      const received = yield* receive()
      expect(received.head).toMatch(/content-encoding: gzip/i)
      const sent = dechunked(received)
      expect(sent.length).toBeLessThan(50_000)
      expect(gunzipSync(sent)).toHaveLength(32 * 1024 * 1024)
    })
  )

  shows(
    "headers are changed and removed",
    { type: "headers", set: { "x-a": "b" }, remove: ["inin-ratelimit-count"] },
    () =>
      Effect.gen(function* () {
        const { body, head } = yield* receive()
        expect(head.toLowerCase()).toContain("x-a: b")
        expect(head.toLowerCase()).toContain("inin-ratelimit-allowed")
        expect(head.toLowerCase()).not.toContain("inin-ratelimit-count")
        expect(body.toString()).toBe(wholeBody)
      })
  )

  shows("a revoked token is not accepted", { type: "revoke" }, () =>
    Effect.gen(function* () {
      const { body, head } = yield* receive()
      expect(head).toContain("HTTP/1.1 401 ")
      expect(JSON.parse(body.toString())).toMatchObject({ code: "bad.credentials" })
    })
  )

  it.live("a drift changes the list for the next request", () =>
    Effect.gen(function* () {
      const ids = Effect.map(receive(), ({ body }) =>
        JSON.parse(body.toString()).entities.map(({ id }: { readonly id: string }) => id)
      )
      expect(yield* ids).toEqual(["ann", "bob", "eve"])
      expect(yield* ids).toEqual(["dan", "bob", "eve"])
      expect(yield* ids).toEqual(["dan", "bob"])
    }).pipe(
      Effect.provide(
        server(
          { nth: 1, fault: { type: "drift", leave: ["ann"], join: [{ id: "dan", licenses: [] }] } },
          { nth: 2, fault: { type: "drift", leave: 1, at: "end" } }
        )
      )
    )
  )

  it.live("a fault stops waiting when the caller disconnects", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      const { port } = yield* Server
      for (const n of [1, 2, 3]) {
        const socket = connect(port, "127.0.0.1", () => {
          socket.write(`GET /api/v2/license/users?pageNumber=${n} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
          AwakeClock.schedule(20, () => socket.destroy())
        })
        socket.on("error", () => {})
      }
      const entries = yield* journal
        .verify({ operation: "getLicenseUsers", times: 3 })
        .pipe(Effect.retry({ schedule: Schedule.spaced("10 millis"), times: 500 }))
      expect(entries.map(({ status }) => status)).toEqual([undefined, undefined, undefined])
    }).pipe(
      Effect.provide(
        server(
          { nth: 1, fault: { type: "hang" } },
          { nth: 2, fault: { type: "latency", duration: "1 hour" } },
          { nth: 3, fault: { type: "hang", performed: true } }
        )
      ),
      AwakeClock.provide
    )
  )

  it.live("a fault ends no connection but that of its request", () =>
    Effect.gen(function* () {
      expect((yield* receive()).end).toBe("ECONNRESET")
      expect((yield* receive()).body.toString()).toBe(wholeBody)
    }).pipe(Effect.provide(server({ times: 1, fault: { type: "reset" } })))
  )
})

overEachClient("LicenseService", (_, http, name) => {
  /** A short timeout, only for faults that exceed it. */
  const optionsFor = ({ type }: Fault): Options => ({
    retries: 1,
    ...((type === "latency" || type === "hang" || type === "drip") && { attemptTimeout: "150 millis" })
  })

  /** A service on an emulator with this fault. */
  const service = Effect.fnUntraced(function* (options: Options = { retries: 1 }) {
    const { port } = yield* Server
    const { oauth } = yield* Emulator
    return yield* client(http, port, { credentials: { _tag: "ClientCredentials", ...oauth.credentials }, ...options })
  })

  const failing: ReadonlyArray<readonly [label: string, fault: Fault, expected: object]> = [
    ["a status", { type: "status", status: 503 }, { attempts: 2, reason: { _tag: "ServerError", status: 503 } }],
    [
      "a status that is refused",
      { type: "status", status: 409 },
      { attempts: 1, reason: { _tag: "Refused", status: 409 } }
    ],
    [
      "a limit for three hours",
      { type: "status", status: 429, retryAfter: 10_800 },
      { attempts: 1, reason: { _tag: "RateLimited" } }
    ],
    ["401 for ever", { type: "status", status: 401 }, { attempts: 2, reason: { _tag: "Unauthorized" } }],
    [
      "latency",
      { type: "latency", duration: "10 seconds" },
      { attempts: 2, reason: { _tag: "Timeout", scope: "attempt" } }
    ],
    ["silence", { type: "hang" }, { attempts: 2, reason: { _tag: "Timeout", scope: "attempt" } }],
    ["a drip", { type: "drip", every: "50 millis" }, { attempts: 2, reason: { _tag: "Timeout", scope: "attempt" } }],
    ["a reset", { type: "reset" }, { attempts: 2, reason: { _tag: "ConnectionFailed", phase: "exchange" } }],
    ["a reset in the body", { type: "reset", bytes: 9 }, { attempts: 2, reason: { _tag: "ConnectionFailed" } }],
    ["a truncated answer", { type: "truncate" }, { attempts: 2, reason: { _tag: "ConnectionFailed" } }],
    [
      "a truncated document",
      { type: "truncate", length: "sent" },
      { attempts: 2, reason: { _tag: "UnexpectedResponse" } }
    ],
    ["HTML", { type: "html" }, { attempts: 2, reason: { _tag: "ServerError", status: 502 } }],
    ["HTML with status 200", { type: "html", status: 200 }, { attempts: 2, reason: { _tag: "UnexpectedResponse" } }],
    [
      "another shape",
      { type: "response", json: { entities: 1 } },
      { attempts: 1, reason: { _tag: "UnexpectedResponse" } }
    ],
    ["a redirect", { type: "redirect" }, { attempts: 1, reason: { _tag: "UnexpectedRedirect", status: 302 } }],
    [
      "a gzip bomb",
      { type: "gzipBomb" },
      // One client does not decompress, and reports an incomplete answer.
      { attempts: 1, reason: { _tag: name === "undici" ? "UnexpectedResponse" : "ResponseTooLarge" } }
    ]
  ]
  it.live.each(failing)("reports %s", ([, fault, expected]) =>
    Effect.gen(function* () {
      const license = yield* service(optionsFor(fault))
      expect(yield* failure(license.getUsersPage({ pageNumber: 1, pageSize: 25 }))).toMatchObject({
        operation: "getLicenseUsers",
        ...expected
      })
    }).pipe(Effect.provide(always(fault)), AwakeClock.provide)
  )

  const survived: ReadonlyArray<readonly [label: string, fault: Fault]> = [
    ["a status", { type: "status", status: 503 }],
    ["a limit", { type: "status", status: 429, retryAfter: 0 }],
    ["a reset", { type: "reset" }],
    ["a truncated answer", { type: "truncate" }],
    ["a token that was revoked", { type: "revoke" }],
    ["headers of the limit that make no sense", { type: "headers", set: { "inin-ratelimit-allowed": "-1" } }]
  ]
  it.live.each(survived)("survives %s that happens once", ([, fault]) =>
    Effect.gen(function* () {
      const license = yield* service()
      yield* license.getDefinitions
      expect((yield* license.getUsersPage({ pageNumber: 1, pageSize: 25 })).total).toBe(3)
      const { faults } = yield* Emulator
      expect((yield* faults.rules)[0]).toMatchObject({ fired: 1 })
    }).pipe(Effect.provide(server({ operation: "getLicenseUsers", times: 1, fault })), AwakeClock.provide)
  )

  it.live("reports an unknown outcome for a write whose answer is lost", () =>
    Effect.gen(function* () {
      const license = yield* service()
      const { journal, organization } = yield* Emulator
      const change = [{ licenseId: "cloudCX3", userIdsAdd: ["bob"], userIdsRemove: [] }]
      expect(yield* license.updateAssignments(change)).toMatchObject([
        { _tag: "Unknown", userId: "bob", error: { reason: { _tag: "OutcomeUnknown" } } }
      ])
      expect((yield* organization.users)[1]?.licenses).toEqual(["cloudCX3"])
      yield* journal.verify({ operation: "postLicenseOrganization", body: { assignments: change }, times: 1 })
    }).pipe(Effect.provide(server({ operation: "postLicenseOrganization", fault: { type: "reset", performed: true } })))
  )

  it.live("gets no token from a login that answers in HTML", () =>
    Effect.gen(function* () {
      const license = yield* service()
      expect(yield* failure(license.getDefinitions)).toMatchObject({ operation: "authenticate" })
    }).pipe(Effect.provide(server({ operation: "token", fault: { type: "html" } })))
  )
})
