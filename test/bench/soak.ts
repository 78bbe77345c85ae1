/**
 * Checks the emulator for memory and handle leaks. Fifty connections send requests for a
 * minute while all kinds of faults occur. The process reports its memory and handles at the
 * start, in the middle and at the end.
 *
 *     node test/bench/soak.ts [seconds]
 *
 * Exit code 1 if handles are left after all callers have disconnected, or if memory
 * still grows in the last third. It does not measure speed, because the callers compete
 * for the processor and are disconnected on purpose.
 */
import type { FaultRule } from "@genesys-license/emulator/faults/FaultRule"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import { Server } from "@genesys-license/emulator/Server"
import { Effect, Layer } from "effect"
import { fork, type ChildProcess } from "node:child_process"
import { Agent, request } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"

/** The memory and handles of the emulator's process after a garbage collection. */
interface Sample {
  readonly heap: number
  readonly rss: number
  readonly handles: number
}

const connections = 50
const users = 2_000
const seconds = Number(process.argv[2] ?? 60)

const faults: ReadonlyArray<FaultRule> = [
  { fault: { type: "latency", duration: "1 millis", upTo: "20 millis" }, probability: 0.1 },
  { fault: { type: "headers", set: { "x-soak": "1" }, remove: ["inin-ratelimit-count"] }, probability: 0.1 },
  { fault: { type: "revoke" }, probability: 0.0005 },
  { operation: "getLicenseUsers", probability: 0.02, fault: { type: "drift", leave: 1, join: 1, at: 7 } },
  ...(
    [
      { type: "status", status: 503, performed: true },
      { type: "status", status: 429, retryAfter: 1 },
      { type: "hang" },
      { type: "drip", every: "1 millis", bytes: 200 },
      { type: "truncate" },
      { type: "truncate", length: "sent" },
      { type: "reset" },
      { type: "reset", bytes: 10, performed: true },
      { type: "html" },
      { type: "response", json: { unexpected: true } },
      { type: "redirect" },
      { type: "gzipBomb", bytes: 4 * 1024 * 1024 }
    ] as const
  ).map((fault): FaultRule => ({ probability: 0.01, fault }))
]

/** Starts the emulator in a separate process. */
const serve = () =>
  Effect.gen(function* () {
    const { port } = yield* Server
    process.on("message", () => {
      globalThis.gc?.()
      const { heapUsed, rss } = process.memoryUsage()
      process.send!({ heap: heapUsed, rss, handles: process.getActiveResourcesInfo().length } satisfies Sample)
    })
    process.send!(port)
    return yield* Effect.never
  }).pipe(
    Effect.provide(Server.layer({ users, faults, rateLimit: { requests: 1_000_000, window: "1 second" } })),
    Layer.effectDiscard,
    Layer.launch,
    Effect.runPromise
  )

const answerOf = <A>(child: ChildProcess) =>
  new Promise<A>((resolve) => child.once("message", (value) => resolve(value as A)))

const load = async () => {
  const child = fork(fileURLToPath(import.meta.url), ["serve"], { execArgv: ["--expose-gc"] })
  const port = await answerOf<number>(child)
  const sample = () => {
    const answer = answerOf<Sample>(child)
    child.send("sample")
    return answer
  }

  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const outcomes = new Map<string, number>()
  const note = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)

  /** Sends one request, and returns the status or the code of the error. */
  const ask = (method: string, path: string, headers: Record<string, string>, body?: string) =>
    new Promise<{ readonly outcome: string; readonly text: string }>((resolve) => {
      const chunks: Array<Buffer> = []
      let status = ""
      const end = (outcome: string) => resolve({ outcome, text: Buffer.concat(chunks).toString() })
      const sent = request({ agent, host: "127.0.0.1", port, method, path, headers }, (response) => {
        status = String(response.statusCode)
        response.on("data", (chunk: Buffer) => void chunks.push(chunk))
        response.once("end", () => end(status))
        response.once("error", (error: NodeJS.ErrnoException) => end(`${status} ${error.code}`))
      })
      sent.setTimeout(500, () => sent.destroy(Object.assign(new Error("timeout"), { code: "TIMEOUT" })))
      sent.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? "error"))
      sent.end(body)
    })

  const login = async () => {
    const basic = Buffer.from(`${defaultClientId}:${defaultClientSecret}`).toString("base64")
    const { outcome, text } = await ask(
      "POST",
      "/oauth/token",
      { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
      "grant_type=client_credentials"
    )
    note(`login ${outcome}`)
    try {
      return String(JSON.parse(text).access_token)
    } catch {
      return ""
    }
  }

  const until = performance.now() + seconds * 1000
  const caller = async (caller: number) => {
    let token = ""
    for (let n = caller; performance.now() < until; n++) {
      if (token === "") token = await login()
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
      const { outcome } =
        n % 5 === 0
          ? await ask("POST", "/api/v2/license/users", headers, `["${n}"]`)
          : await ask("GET", `/api/v2/license/users?pageSize=100&pageNumber=${(n % (users / 100)) + 1}`, headers)
      note(outcome)
      if (outcome === "401") token = ""
    }
  }

  const row = (when: string, { handles, heap, rss }: Sample) =>
    console.log(
      `${when.padEnd(10)} ${String(handles).padStart(8)} handles ${(rss / 2 ** 20).toFixed(1).padStart(8)} MiB rss ${(heap / 2 ** 20).toFixed(1).padStart(8)} MiB heap`
    )

  const start = await sample()
  row("start", start)
  const callers = Promise.all(Array.from({ length: connections }, (_, n) => caller(n)))
  const samples: Array<Sample> = []
  const step = (seconds * 1000) / 12
  for (let n = 1; n < 12; n++) {
    await sleep(step)
    samples.push(await sample())
    if (n === 4) row("a third", samples.at(-1)!)
    if (n === 6) row("middle", samples.at(-1)!)
  }
  await callers
  row("end", samples.at(-1)!)
  agent.destroy()
  await sleep(2_000)
  const after = await sample()
  row("afterwards", after)
  child.kill()

  const total = [...outcomes.values()].reduce((sum, count) => sum + count, 0)
  console.log(`\n${total} requests over ${connections} connections in ${seconds} s`)
  for (const [outcome, count] of [...outcomes].sort(([, a], [, b]) => b - a)) {
    console.log(`${String(count).padStart(9)}  ${outcome}`)
  }

  // Once the journal is full, memory must not grow.
  const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
  const grows = (what: "heap" | "rss", tolerance: number) => {
    const values = samples.map((sample) => sample[what])
    const [middle, last] = [median(values.slice(4, 7)), median(values.slice(8))]
    return last > middle * tolerance + 2 ** 21
      ? [`The ${what} grows: ${middle} bytes in the middle, ${last} at the end.`]
      : []
  }
  const problems = [
    ...grows("heap", 1.1),
    ...grows("rss", 1.5),
    ...(after.handles > start.handles ? [`Handles are left: ${start.handles} at the start, ${after.handles} now.`] : [])
  ]
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}

await (process.argv[2] === "serve" ? serve() : load())
