import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { defaultClientId } from "@genesys-license/emulator/oauth/OAuthClient"
import { Server } from "@genesys-license/emulator/Server"
import * as State from "@genesys-license/emulator/control/State"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import type { Page } from "playwright-core"
import { browser, executablePath, notFound } from "../support/browser.ts"
import { timeout } from "../support/processes.ts"

if (executablePath === undefined) console.warn(`BrowserApp.test.ts is skipped: ${notFound}.`)

/** A server of pages that have nothing in them: what they do, the test tells them. */
const pages = Effect.acquireRelease(
  Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>A page</title>")
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const close = () => (server.closeAllConnections(), server.close())
      resume(Effect.succeed({ port: typeof address === "object" && address !== null ? address.port : 0, close }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

/** A tab on a page of `host`, in a browser for which names of websites lead to this machine. */
const tabOn = Effect.fnUntraced(function* (host: string) {
  const { port } = yield* pages
  const opened = yield* browser("--host-resolver-rules=MAP *.example 127.0.0.1")
  const page = yield* Effect.promise(() => opened.newPage())
  page.setDefaultTimeout(timeout)
  yield* Effect.promise(() => page.goto(`http://${host}:${port}/`))
  return page
})

/** Everything that the control routes could tell or change. */
const everything = Effect.gen(function* () {
  const { clock, faults, journal, rateWindow } = yield* Emulator
  return {
    organization: yield* State.exportDocument,
    rules: yield* faults.rules,
    requests: yield* journal.requests,
    limit: yield* rateWindow.limit,
    ahead: yield* clock.ahead
  }
})

/** Something to lose: what `reset` would take back. */
const setUp = Effect.gen(function* () {
  const { clock, faults, organization } = yield* Emulator
  yield* faults.add({ name: "mine", skip: 1_000, fault: { type: "status", status: 503 } })
  yield* clock.advance(Duration.hours(1))
  yield* organization.updateUsers((users) => users.slice(1))
})

/** All that a page can try, and what it got to read. It ends when everything was answered. */
const attack = (page: Page, url: string) =>
  page.evaluate(async (url) => {
    const control = `${url}/__emulator`
    const rule = JSON.stringify({ name: "evil", fault: { type: "status", status: 503 } })
    const read: Array<string> = []
    const refused: Array<string> = []
    const tryFetch = async (path: string, init: RequestInit) => {
      const name = `${init.method ?? "GET"} ${path} ${init.mode ?? "cors"}`
      try {
        const response = await fetch(`${url}${path}`, init)
        if (response.type === "opaque") refused.push(name)
        else read.push(`${name}: ${response.status} ${await response.text()}`)
      } catch {
        refused.push(name)
      }
    }
    const json = { "content-type": "application/json" }
    for (const path of ["organization", "journal", "clock", "faults", "openapi.json"]) {
      await tryFetch(`/__emulator/${path}`, {})
      await tryFetch(`/__emulator/${path}`, { mode: "no-cors" })
    }
    for (const mode of ["cors", "no-cors"] as const) {
      await tryFetch("/__emulator/reset", { method: "POST", mode })
      await tryFetch("/__emulator/faults", { method: "POST", mode, body: rule })
      await tryFetch("/__emulator/faults", { method: "POST", mode, body: new Blob([rule]) })
      await tryFetch("/__emulator/faults", { method: "POST", mode, body: new URLSearchParams({ name: "evil" }) })
      await tryFetch("/%5f_emulator/reset", { method: "POST", mode })
      await tryFetch("//__EMULATOR/reset", { method: "POST", mode })
    }
    await tryFetch("/__emulator/faults", { method: "POST", headers: json, body: rule })
    await tryFetch("/__emulator/faults", { method: "DELETE" })
    await tryFetch("/__emulator/organization", { method: "PUT", headers: json, body: `{"users":1}` })

    /** Waits until an element has loaded something, or has not. */
    const settled = (element: HTMLElement, start: () => void) =>
      new Promise<void>((resolve) => {
        element.addEventListener("load", () => resolve(), { once: true })
        element.addEventListener("error", () => resolve(), { once: true })
        start()
        // An empty frame has loaded once it is in the page, so it comes there with what it shall load.
        if (!element.isConnected) document.body.append(element)
      })
    for (const enctype of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const frame = Object.assign(document.createElement("iframe"), { name: enctype })
      document.body.append(frame)
      const form = document.createElement("form")
      Object.assign(form, { method: "POST", action: `${control}/reset`, target: enctype, enctype })
      form.append(Object.assign(document.createElement("input"), { name: rule, value: "" }))
      document.body.append(form)
      await settled(frame, () => form.submit())
      refused.push(`form ${enctype}`)
    }
    for (const sandbox of [undefined, "allow-scripts allow-forms"]) {
      const frame = document.createElement("iframe")
      if (sandbox !== undefined) frame.setAttribute("sandbox", sandbox)
      await settled(frame, () => (frame.src = `${control}/organization`))
      if (frame.contentDocument === null) refused.push("iframe")
      else read.push(`iframe: ${frame.contentDocument.body.textContent}`)
    }
    // A page in a sandbox has no origin: the browser says null of it.
    const sandboxed = document.createElement("iframe")
    sandboxed.setAttribute("sandbox", "allow-scripts")
    const told = new Promise((resolve) => addEventListener("message", ({ data }) => resolve(data), { once: true }))
    await settled(sandboxed, () => {
      sandboxed.srcdoc = `<script>
        fetch("${control}/reset", { method: "POST" }).then((r) => r.status, () => "refused").then((x) => parent.postMessage(x, "*"))
      </script>`
    })
    if ((await told) === "refused") refused.push("sandbox")
    else read.push("sandbox")

    const image = document.createElement("img")
    await settled(image, () => (image.src = `${control}/journal`))
    if (image.naturalWidth === 0) refused.push("image")
    const script = document.createElement("script")
    await settled(script, () => (script.src = `${control}/organization`))
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet" })
    await settled(sheet, () => (sheet.href = `${control}/journal`))
    await new Promise<void>((resolve) => {
      const events = new EventSource(`${control}/journal`)
      events.onerror = () => (events.close(), resolve())
    })
    navigator.sendBeacon(`${control}/reset?beacon`, rule)
    return { read, refused: refused.length }
  }, url)

const users = "/api/v2/license/users?pageSize=2"

/** What a single-page app does to log its user in, as the documentation of OAuth has it. */
const logIn = async (page: Page, url: string, clientId: string) => {
  await page.evaluate(
    async ({ clientId, url }) => {
      const base64Url = (bytes: Uint8Array) =>
        btoa(String.fromCharCode(...bytes))
          .replaceAll("+", "-")
          .replaceAll("/", "_")
          .replaceAll("=", "")
      const verifier = base64Url(crypto.getRandomValues(new Uint8Array(32)))
      sessionStorage.setItem("verifier", verifier)
      const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))
      const query = new URLSearchParams({
        response_type: "code",
        client_id: clientId,
        redirect_uri: `${location.origin}/back`,
        code_challenge: base64Url(new Uint8Array(hash)),
        code_challenge_method: "S256",
        state: "a-state"
      })
      location.href = `${url}/oauth/authorize?${query}`
    },
    { clientId, url }
  )
  await page.waitForURL(/\/back\?/)
}

/** What it reads then. */
const readUsers = (page: Page, url: string, clientId: string, users: string) =>
  page.evaluate(
    async ({ clientId, url, users }) => {
      const query = new URLSearchParams(location.search)
      const token = await fetch(`${url}/oauth/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "authorization_code",
          client_id: clientId,
          code: query.get("code") ?? "",
          redirect_uri: `${location.origin}/back`,
          code_verifier: sessionStorage.getItem("verifier") ?? ""
        })
      })
      const { access_token } = await token.json()
      const get = async (token: string) => {
        const response = await fetch(`${url}${users}`, { headers: { authorization: `Bearer ${token}` } })
        return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() }
      }
      return { state: query.get("state"), users: await get(access_token), refusal: await get("no-token") }
    },
    { clientId, url, users }
  )

describe.skipIf(executablePath === undefined)("a page in a browser, on another port than the emulator", () => {
  it.live.each(["localhost", "127.0.0.1", "evil.localhost", "website.example"])(
    "reads and changes nothing by the control routes, from %s",
    (host) =>
      Effect.gen(function* () {
        yield* setUp
        const before = yield* everything
        const { url } = yield* Server
        const page = yield* tabOn(host)
        const beacon = Effect.promise(() =>
          page.waitForEvent("requestfinished", (request) => request.url().endsWith("?beacon"))
        )
        const [{ read, refused }] = yield* Effect.all([Effect.promise(() => attack(page, url)), beacon], {
          concurrency: 2
        })
        expect(read).toEqual([])
        expect(refused).toBe(32)
        expect(yield* everything).toEqual(before)
      }).pipe(Effect.scoped, Effect.provide(Server.layer({ users: 3 }))),
    timeout
  )

  it.live(
    "does not get in by a name of its own that leads to the emulator",
    () =>
      Effect.gen(function* () {
        yield* setUp
        const before = yield* everything
        const { port } = yield* Server
        const page = yield* tabOn("website.example")
        const seen = yield* Effect.promise(async () => {
          // The page is of the same origin as the emulator, and may read whatever answers.
          const answer = await page.goto(`http://rebind.example:${port}/`)
          const statuses = await page.evaluate(async () => {
            const reset = await fetch("/__emulator/reset", { method: "POST" })
            const organization = await fetch("/__emulator/organization")
            const users = await fetch("/api/v2/license/users")
            return [reset.status, organization.status, users.status]
          })
          return [answer?.status(), ...statuses]
        })
        expect(seen).toEqual([421, 421, 421, 421])
        expect(yield* everything).toEqual(before)
      }).pipe(Effect.scoped, Effect.provide(Server.layer({ users: 3 }))),
    timeout
  )

  it.live.each(["localhost", "app.localhost"])(
    "logs its user in and reads licenses, errors and the rate limit, from %s",
    (host) =>
      Effect.gen(function* () {
        const { url } = yield* Server
        const page = yield* tabOn(host)
        const seen = yield* Effect.promise(async () => {
          await logIn(page, url, defaultClientId)
          return readUsers(page, url, defaultClientId, users)
        })
        expect(seen.state).toBe("a-state")
        expect(seen.users).toMatchObject({ status: 200, body: { total: 3, entities: [{}, {}] } })
        expect(seen.users.headers).toMatchObject({
          "inin-correlation-id": expect.stringMatching(/^[\da-f-]{36}$/),
          "inin-ratelimit-allowed": "300",
          "inin-ratelimit-count": "1",
          "inin-ratelimit-reset": expect.stringMatching(/^[1-6]?\d$/)
        })
        expect(seen.refusal).toMatchObject({ status: 401, body: { code: "bad.credentials" } })
        const { journal } = yield* Emulator
        const answered = (yield* journal.requests).map(
          ({ operation, path, status }) => `${operation ?? path} ${status}`
        )
        expect(answered).toEqual(["/oauth/authorize 302", "token 200", "getLicenseUsers 200", "getLicenseUsers 401"])
      }).pipe(Effect.scoped, Effect.provide(Server.layer({ users: 3 }))),
    timeout
  )

  it.live(
    "reads nothing of the API when it is a website, or when apps are not wanted",
    () =>
      Effect.gen(function* () {
        const read = Effect.fnUntraced(function* (host: string) {
          const { url } = yield* Server
          const page = yield* tabOn(host)
          return yield* Effect.promise(() =>
            page.evaluate(({ url, users }) => fetch(`${url}${users}`).then(({ status }) => status, String), {
              url,
              users
            })
          )
        }, Effect.scoped)
        const open = Server.layer({ users: 3 })
        const closed = Server.layer({ users: 3, cors: false })
        expect(yield* Effect.provide(read("localhost"), open)).toBe(401)
        expect(yield* Effect.provide(read("website.example"), open)).toBe("TypeError: Failed to fetch")
        expect(yield* Effect.provide(read("localhost"), closed)).toBe("TypeError: Failed to fetch")
      }),
    timeout
  )
})
