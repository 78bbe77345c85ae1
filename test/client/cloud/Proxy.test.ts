import { describe, expect, it } from "@effect/vitest"
import * as Proxy from "@genesys-license/client/Proxy"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Canary from "../../support/Canary.ts"

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
