import { describe, expect, it } from "@effect/vitest"
import * as Proxy from "genesys-license/flags/Proxy"
import { Server } from "@genesys-license/emulator/Server"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { createServer } from "node:net"
import * as Canary from "../../support/Canary.ts"
import * as Processes from "../../support/processes.ts"
import { environment, run } from "../run.ts"

const read = (env: Record<string, string>) =>
  Effect.provideService(Proxy.read, ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))

const own = "localhost,127.0.0.1,::1"

describe("the proxy", () => {
  it.effect.each<readonly [Record<string, string>, string, string, string]>([
    [{ HTTPS_PROXY: "http://proxy.example:8080" }, "HTTPS_PROXY", "http://proxy.example:8080/", `,${own}`],
    [{ https_proxy: "proxy.example:8080" }, "https_proxy", "http://proxy.example:8080/", `,${own}`],
    [{ HTTP_PROXY: "http://proxy.example" }, "HTTP_PROXY", "http://proxy.example/", `,${own}`],
    [
      { http_proxy: "http://b.example", HTTPS_PROXY: "http://a.example" },
      "HTTPS_PROXY",
      "http://a.example/",
      `,${own}`
    ],
    [{ https_proxy: "", HTTPS_PROXY: "http://a.example" }, "HTTPS_PROXY", "http://a.example/", `,${own}`],
    [
      { HTTPS_PROXY: "http://a.example", NO_PROXY: "mypurecloud.com" },
      "HTTPS_PROXY",
      "http://a.example/",
      `mypurecloud.com,${own}`
    ],
    [
      {
        GENESYSCLOUD_PROXY_HOST: "gc.example",
        GENESYSCLOUD_PROXY_PORT: "3128",
        GENESYSCLOUD_PROXY_PROTOCOL: "https",
        GENESYSCLOUD_PROXY_AUTH_USERNAME: "a@b",
        GENESYSCLOUD_PROXY_AUTH_PASSWORD: "p/w",
        HTTPS_PROXY: "http://a.example",
        NO_PROXY: "*"
      },
      "GENESYSCLOUD_PROXY_HOST",
      "https://a%40b:p%2Fw@gc.example:3128/",
      `,${own}`
    ]
  ])("of %j is what %s names", ([env, name, httpsProxy, noProxy]) =>
    Effect.gen(function* () {
      expect(yield* read(env)).toEqual({ name, options: { httpsProxy, httpProxy: "", noProxy } })
    })
  )

  it.effect.each<Record<string, string>>([{}, { HTTPS_PROXY: "" }, { NO_PROXY: "*" }])("of %j is none", (env) =>
    Effect.gen(function* () {
      expect(yield* read(env)).toBeUndefined()
    })
  )

  it.effect.each<readonly [Record<string, string>, string]>([
    [{ HTTPS_PROXY: `ftp://u:${Canary.givenToken}@a` }, "HTTPS_PROXY"],
    [{ http_proxy: `http://u:${Canary.givenToken}@` }, "http_proxy"],
    [{ GENESYSCLOUD_PROXY_HOST: "a b" }, "GENESYSCLOUD_PROXY_HOST"],
    [{ GENESYSCLOUD_PROXY_HOST: "" }, "GENESYSCLOUD_PROXY_HOST"],
    [{ GENESYSCLOUD_PROXY_HOST: "a", GENESYSCLOUD_PROXY_AUTH_PASSWORD: "" }, "GENESYSCLOUD_PROXY_AUTH_PASSWORD"],
    [{ GENESYSCLOUD_PROXY_PORT: "3128" }, "GENESYSCLOUD_PROXY_HOST"]
  ])("of %j is refused by the name of %s, without its value", ([env, setting]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read(env))
      expect(error.reason).toMatchObject({ _tag: "InvalidConfiguration", setting })
      expect(error.message).not.toContain(Canary.mark)
    })
  )
})

/** A proxy that refuses everything, and what it was asked. */
const refusing = Effect.acquireRelease(
  Effect.promise(
    () =>
      new Promise<{ readonly port: number; readonly asked: Array<string>; readonly close: () => void }>((resolve) => {
        const asked: Array<string> = []
        const server = createServer((socket) => {
          socket.on("error", () => {})
          socket.once("data", (head) => {
            asked.push(head.toString())
            socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
          })
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          resolve({ port, asked, close: () => void server.close() })
        })
      })
  ),
  ({ close }) => Effect.sync(close)
)

describe("a command behind a proxy", () => {
  const someone = {
    GENESYSCLOUD_REGION: "example.test",
    GENESYSCLOUD_OAUTHCLIENT_ID: "someone",
    GENESYSCLOUD_OAUTHCLIENT_SECRET: Canary.clientSecret
  }

  it.live("reaches Genesys Cloud through it alone, and says which variable to look at", () =>
    Effect.gen(function* () {
      const { asked, port } = yield* refusing
      const password = Canary.givenRefreshToken
      const { exitCode, stderr } = yield* run(["definitions"], {
        ...someone,
        HTTPS_PROXY: `http://me:${encodeURIComponent(password)}@127.0.0.1:${port}`
      })
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/^HTTPS_PROXY is set\. Check that proxy, too\.\n/)
      expect(stderr).not.toContain(Canary.mark)
      expect(asked.length).toBeGreaterThan(0)
      for (const head of asked) {
        expect(head).toMatch(/^CONNECT login\.example\.test:443 HTTP\/1\.1\r\n/)
        expect(head).toMatch(/proxy-authorization: Basic /i)
        expect(head).not.toMatch(/^authorization:/im)
      }
    })
  )

  it.live("reaches this machine without it", () =>
    Effect.gen(function* () {
      const { asked, port } = yield* refusing
      const proxy = `http://127.0.0.1:${port}`
      const env = { ...(yield* environment), HTTP_PROXY: proxy, HTTPS_PROXY: proxy, http_proxy: proxy }
      expect(yield* run(["user", "nobody"], env)).toMatchObject({
        exitCode: 1,
        stderr: 'There is no user "nobody" in this organization.\n'
      })
      expect(yield* run(["definitions", "--emulated"], { HTTP_PROXY: proxy })).toMatchObject({ exitCode: 0 })
      expect(asked).toEqual([])
    }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live("that does not listen is told so", () =>
    Effect.gen(function* () {
      const port = yield* Processes.closedPort
      const { stderr } = yield* run(["definitions"], { ...someone, GENESYSCLOUD_PROXY_HOST: `127.0.0.1:${port}` })
      expect(stderr).toMatch(/^GENESYSCLOUD_PROXY_HOST is set\. Check that proxy, too\.\n.*cannot be reached/s)
    })
  )
})
