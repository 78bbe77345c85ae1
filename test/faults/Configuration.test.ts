import { describe, expect, it } from "@effect/vitest"
import { CurrentCallOptions, GenesysCloud, type GenesysCloudOptions, LicenseService } from "@genesys-license/client"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { inspect } from "node:util"
import { aToken, client, clientId, failure, type Options, overEachClient } from "../support/Attack.ts"

const cloud = (options: Partial<GenesysCloudOptions>) =>
  Effect.scoped(
    Effect.map(Layer.build(GenesysCloud.layer({ credentials: aToken, ...options })), Context.get(GenesysCloud))
  )

const fromEnvironment = (environment: Record<string, string>) =>
  Effect.scoped(Effect.map(Layer.build(GenesysCloud.layerConfig), Context.get(GenesysCloud))).pipe(
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(environment))
  )

const withToken = { GENESYSCLOUD_ACCESS_TOKEN: "CANARY-a-token" }
const withClient = { GENESYSCLOUD_OAUTHCLIENT_ID: "an-id", GENESYSCLOUD_OAUTHCLIENT_SECRET: "CANARY" }

describe("A configuration", () => {
  it.effect.each<readonly [label: string, options: Partial<GenesysCloudOptions>, setting: string]>([
    ["no region", {}, "region"],
    ["an empty region", { region: " " }, "region"],
    ["an unknown region", { region: "us-east-9" }, "region"],
    ["a region that is a name in Object.prototype", { region: "constructor" }, "region"],
    ["a region that is a URL", { region: "https://mypurecloud.com" }, "region"],
    ["a region with credentials", { region: "CANARY:CANARY@mypurecloud.com" }, "region"],
    ["a region with a path", { region: "mypurecloud.com/evil" }, "region"],
    ["a region with a port", { region: "mypurecloud.com:8443" }, "region"],
    ["a region with a query", { region: "mypurecloud.com?x" }, "region"],
    ["a region with a line break", { region: "mypurecloud.com\r\nevil" }, "region"],
    ["a gateway with credentials", { gateway: { host: "CANARY:CANARY@gateway.example" } }, "gateway.host"],
    ["a gateway without a host", { gateway: { host: "" } }, "gateway.host"],
    ["a gateway with a protocol in its host", { gateway: { host: "https://gateway.example" } }, "gateway.host"],
    ["a gateway with a path in its host", { gateway: { host: "gateway.example/api" } }, "gateway.host"],
    ["a gateway with a query in its host", { gateway: { host: "gateway.example?x" } }, "gateway.host"],
    ["a gateway with a fragment in its host", { gateway: { host: "gateway.example#x" } }, "gateway.host"],
    ["a gateway with a backslash in its host", { gateway: { host: "gateway.example\\x" } }, "gateway.host"],
    ["a gateway with a line break in its host", { gateway: { host: "gateway\r\n.example" } }, "gateway.host"],
    ["a gateway without TLS", { gateway: { host: "gateway.example", protocol: "http" } }, "gateway.protocol"],
    [
      "a gateway without TLS whose host begins with 127.0.0.1",
      { gateway: { host: "127.0.0.1.example", protocol: "http" } },
      "gateway.protocol"
    ],
    [
      "a gateway without TLS whose host begins with localhost",
      { gateway: { host: "localhost.example", protocol: "http" } },
      "gateway.protocol"
    ],
    ["a gateway without TLS on 0.0.0.0", { gateway: { host: "0.0.0.0", protocol: "http" } }, "gateway.protocol"],
    ["a gateway with another protocol", { gateway: { host: "gateway.example", protocol: "ftp" } }, "gateway.protocol"],
    ["a gateway with port 0", { gateway: { host: "gateway.example", port: 0 } }, "gateway.port"],
    ["a gateway with port 65536", { gateway: { host: "gateway.example", port: 65_536 } }, "gateway.port"],
    ["a gateway with an invalid port", { gateway: { host: "gateway.example", port: Number.NaN } }, "gateway.port"],
    ["an API path with ..", { gateway: { host: "gateway.example", apiPath: "a/../b" } }, "gateway.apiPath"],
    ["an API path with a query", { gateway: { host: "gateway.example", apiPath: "a?b" } }, "gateway.apiPath"],
    ["a login path of dots", { gateway: { host: "gateway.example", loginPath: ".." } }, "gateway.loginPath"],
    ["a login path with a space", { gateway: { host: "gateway.example", loginPath: "a b" } }, "gateway.loginPath"],
    [
      "an empty secret",
      { region: "us-east-1", credentials: { _tag: "ClientCredentials", clientId, clientSecret: Redacted.make("") } },
      "clientSecret"
    ],
    [
      "a blank token",
      { region: "us-east-1", credentials: { _tag: "AccessToken", accessToken: Redacted.make("  ") } },
      "accessToken"
    ],
    [
      "an empty client id",
      {
        region: "us-east-1",
        credentials: { _tag: "ClientCredentials", clientId: "", clientSecret: Redacted.make("a") }
      },
      "clientId"
    ]
  ])("with %s is refused with the setting, and without the secret", ([, options, setting]) =>
    Effect.gen(function* () {
      const failed = yield* failure(cloud(options))
      expect(failed).toMatchObject({ operation: "configure", reason: { _tag: "InvalidConfiguration", setting } })
      expect(`${failed.message} ${inspect(failed, { depth: 20 })}`).not.toContain("CANARY")
    })
  )

  it.effect.each<readonly [label: string, options: Partial<GenesysCloudOptions>, apiUrl: string, loginUrl: string]>([
    ["a region", { region: "eu-central-1" }, "https://api.mypurecloud.de", "https://login.mypurecloud.de"],
    [
      "a region with underscores",
      { region: "US_EAST_1" },
      "https://api.mypurecloud.com",
      "https://login.mypurecloud.com"
    ],
    ["an unknown host", { region: "new1.pure.cloud" }, "https://api.new1.pure.cloud", "https://login.new1.pure.cloud"],
    [
      "the host of the API",
      { region: "api.mypurecloud.ie" },
      "https://api.mypurecloud.ie",
      "https://login.mypurecloud.ie"
    ],
    ["a gateway", { gateway: { host: "gateway.example" } }, "https://gateway.example", "https://gateway.example"],
    [
      "a gateway and a region",
      { region: "us-east-1", gateway: { host: "a.example" } },
      "https://a.example",
      "https://a.example"
    ],
    [
      "slashes at the ends",
      { gateway: { host: "gateway.example//", apiPath: "//api/v1//", loginPath: "/login/" } },
      "https://gateway.example/api/v1",
      "https://gateway.example/login"
    ],
    [
      "a gateway on this machine without TLS",
      { gateway: { host: "[::1]", protocol: "HTTP://", port: 8080 } },
      "http://[::1]:8080",
      "http://[::1]:8080"
    ],
    [
      "a port in the host",
      { gateway: { host: "gateway.example:8443" } },
      "https://gateway.example:8443",
      "https://gateway.example:8443"
    ]
  ])("with %s has these URLs", ([, options, apiUrl, loginUrl]) =>
    Effect.gen(function* () {
      expect(yield* cloud(options)).toMatchObject({ apiUrl, loginUrl })
    })
  )

  describe("from the environment", () => {
    it.effect.each<readonly [label: string, environment: Record<string, string>, setting: string]>([
      ["nothing", {}, "GENESYSCLOUD_OAUTHCLIENT_ID"],
      ["no secret", { GENESYSCLOUD_OAUTHCLIENT_ID: "a" }, "GENESYSCLOUD_OAUTHCLIENT_SECRET"],
      ["an empty secret", { ...withClient, GENESYSCLOUD_OAUTHCLIENT_SECRET: "" }, "GENESYSCLOUD_OAUTHCLIENT_SECRET"],
      [
        "a secret with a line break at its end",
        { ...withClient, GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_OAUTHCLIENT_SECRET: "CANARY\n" },
        "GENESYSCLOUD_OAUTHCLIENT_SECRET"
      ],
      ["no region", withClient, "GENESYSCLOUD_REGION"],
      ["an unknown region", { ...withClient, GENESYSCLOUD_REGION: "mars" }, "GENESYSCLOUD_REGION"],
      [
        "a port that is a word",
        { ...withClient, GENESYSCLOUD_GATEWAY_HOST: "a.example", GENESYSCLOUD_GATEWAY_PORT: "https" },
        "GENESYSCLOUD_GATEWAY_PORT"
      ],
      [
        "a gateway without TLS",
        { ...withClient, GENESYSCLOUD_GATEWAY_HOST: "a.example", GENESYSCLOUD_GATEWAY_PROTOCOL: "http" },
        "GENESYSCLOUD_GATEWAY_PROTOCOL"
      ],
      [
        "a path with ..",
        { ...withClient, GENESYSCLOUD_GATEWAY_HOST: "a.example", GENESYSCLOUD_GATEWAY_PATH_PARAMS_API: "../x" },
        "GENESYSCLOUD_GATEWAY_PATH_PARAMS_API"
      ]
    ])("with %s is refused with the variable", ([, environment, setting]) =>
      Effect.gen(function* () {
        const failed = yield* failure(fromEnvironment(environment))
        expect(failed.reason).toMatchObject({ _tag: "InvalidConfiguration", setting })
        expect(`${failed.message} ${inspect(failed, { depth: 20 })}`).not.toContain("CANARY")
      })
    )

    it.effect("prefers the token over a client", () =>
      Effect.gen(function* () {
        const { credentials } = yield* fromEnvironment({
          ...withClient,
          ...withToken,
          GENESYSCLOUD_REGION: "us_east_1"
        })
        expect(credentials._tag).toBe("AccessToken")
      })
    )

    it.effect.each([
      "GENESYSCLOUD_ACCESS_TOKEN",
      "GENESYSCLOUD_GATEWAY_HOST",
      "GENESYSCLOUD_GATEWAY_PORT",
      "GENESYSCLOUD_GATEWAY_AUTH_PASSWORD",
      "GENESYSCLOUD_REGION"
    ])("refuses an empty %s", (name) =>
      Effect.gen(function* () {
        const failed = yield* failure(fromEnvironment({ ...withClient, GENESYSCLOUD_REGION: "us-east-1", [name]: "" }))
        expect(failed.message).toBe(`configure: ${name} is set but empty; give it a value, or unset it.`)
      })
    )

    it.effect("is overridden by explicit values", () =>
      Effect.gen(function* () {
        const provider = ConfigProvider.fromUnknown({ ...withClient, GENESYSCLOUD_GATEWAY_HOST: "environment.example" })
        const { apiUrl, credentials } = yield* cloud({ region: "eu-west-1" }).pipe(
          Effect.provideService(ConfigProvider.ConfigProvider, provider)
        )
        expect(apiUrl).toBe("https://api.mypurecloud.ie")
        expect(credentials).toEqual(aToken)
      })
    )
  })
})

const options: ReadonlyArray<readonly [label: string, options: Options, setting: string]> = [
  ["a negative number of retries", { retries: -1 }, "retries"],
  ["half a retry", { retries: 0.5 }, "retries"],
  ["retries that are NaN", { retries: Number.NaN }, "retries"],
  ["infinite retries", { retries: Number.POSITIVE_INFINITY }, "retries"],
  ["an attempt timeout of 0", { attemptTimeout: 0 }, "attemptTimeout"],
  ["a negative call timeout", { callTimeout: -1 }, "callTimeout"],
  ["a call timeout that is NaN", { callTimeout: Number.NaN }, "callTimeout"],
  ["a call timeout in an unknown unit", { callTimeout: "30 lightyears" as Duration.Input }, "callTimeout"],
  ["an attempt timeout that is a word", { attemptTimeout: "soon" as Duration.Input }, "attemptTimeout"],
  ["a call timeout that is null", { callTimeout: null as never }, "callTimeout"],
  ["a call timeout that is an empty object", { callTimeout: {} }, "callTimeout"],
  ["a maximum size of 0", { maxResponseBytes: 0 }, "maxResponseBytes"],
  ["a maximum size that is NaN", { maxResponseBytes: Number.NaN }, "maxResponseBytes"],
  ["a rate limit of 0", { rateLimit: { limit: 0, window: "1 minute" } }, "rateLimit.limit"],
  ["a window of 0", { rateLimit: { limit: 1, window: 0 } }, "rateLimit.window"],
  ["a window that is a word", { rateLimit: { limit: 1, window: "soon" as Duration.Input } }, "rateLimit.window"],
  ["an infinite window", { rateLimit: { limit: 1, window: "Infinity" } }, "rateLimit.window"]
]

overEachClient("A client", (attack, http) => {
  it.live.each(options)("with %s is refused", ([, option, setting]) =>
    attack(function* (server) {
      const failed = yield* failure(Effect.scoped(client(http, server.port, option)))
      expect(failed.reason).toMatchObject({ _tag: "InvalidConfiguration", setting })
      expect(server.requests).toHaveLength(0)
    })
  )

  it.live.each(
    options.filter(([, option]) => "retries" in option || "attemptTimeout" in option || "callTimeout" in option)
  )("refuses a call with %s", ([, option]) =>
    attack(function* (server, license) {
      const failed = yield* failure(license.getDefinitions.pipe(Effect.provideService(CurrentCallOptions, option)))
      expect(failed.reason._tag).toBe("InvalidRequest")
      expect(server.requests).toHaveLength(0)
    })
  )

  it.live("can have infinite timeouts", () =>
    attack({ attemptTimeout: "Infinity", callTimeout: "Infinity" }, function* (server, license) {
      yield* license.getDefinitions
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live("from the environment uses the paths of the gateway", () =>
    attack(function* (server) {
      const environment = {
        ...withClient,
        GENESYSCLOUD_GATEWAY_HOST: "127.0.0.1",
        GENESYSCLOUD_GATEWAY_PORT: String(server.port),
        GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
        GENESYSCLOUD_GATEWAY_PATH_PARAMS_LOGIN: "/the/login/",
        GENESYSCLOUD_GATEWAY_PATH_PARAMS_API: "the/api"
      }
      const license = yield* Layer.build(LicenseService.layerConfig.pipe(Layer.provide(http))).pipe(
        Effect.map(Context.get(LicenseService)),
        Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(environment))
      )
      yield* license.getDefinitions
      expect(server.requests.map((request) => request.path)).toEqual([
        "/the/login/oauth/token",
        "/the/api/api/v2/license/definitions"
      ])
    })
  )
})
