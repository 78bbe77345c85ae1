import {
  type Credentials,
  GenesysCloud,
  type GenesysCloudOptions,
  type GenesysError,
  LicenseService
} from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { regions } from "@genesys-license/schema/Region"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Wire } from "../../support/Wire.ts"
import { clientCredentials, failureOf, serviceOf } from "../clients.ts"

const given = (options: Partial<GenesysCloudOptions>) =>
  serviceOf(GenesysCloud, GenesysCloud.layer({ credentials: clientCredentials, ...options }))

const environment = (env: Record<string, string>) =>
  serviceOf(
    GenesysCloud,
    GenesysCloud.layerConfig.pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))))
  )

const who = { GENESYSCLOUD_OAUTHCLIENT_ID: "an-id", GENESYSCLOUD_OAUTHCLIENT_SECRET: "CANARY-secret" }

const saml: Credentials.Saml2Bearer = {
  ...(clientCredentials as Credentials.ClientCredentials),
  _tag: "Saml2Bearer",
  orgName: "acme",
  assertion: Redacted.make("CANARY-PHNhbWw+")
}

const expectRefusal = (error: GenesysError, setting: string) => {
  expect(error).toMatchObject({ operation: "configure", reason: { _tag: "InvalidConfiguration", setting } })
  expect(error.isRetryable).toBe(false)
  expect(error.message).toMatch(/^configure: .+\.$/)
}

describe("GenesysCloud", () => {
  describe("from values", () => {
    it.effect.each(Object.entries(regions))("is for %s at %s", ([region, domain]) =>
      Effect.gen(function* () {
        for (const name of [region, region.replaceAll("-", "_"), region.toUpperCase(), domain, `api.${domain}`]) {
          expect(yield* given({ region: name })).toMatchObject({
            apiUrl: `https://api.${domain}`,
            loginUrl: `https://login.${domain}`
          })
        }
      })
    )

    it.effect("takes a host that is not published", () =>
      Effect.gen(function* () {
        expect(yield* given({ region: "newregion.pure.cloud" })).toMatchObject({
          apiUrl: "https://api.newregion.pure.cloud"
        })
      })
    )

    it.effect.each([
      [{ host: "gw.example.com" }, "https://gw.example.com", "https://gw.example.com"],
      [{ host: "gw.example.com/" }, "https://gw.example.com", "https://gw.example.com"],
      [{ host: "gw.example.com", protocol: "HTTPS:" }, "https://gw.example.com", "https://gw.example.com"],
      [{ host: "gw.example.com", port: 8443 }, "https://gw.example.com:8443", "https://gw.example.com:8443"],
      [{ host: "gw.example.com", port: 443 }, "https://gw.example.com", "https://gw.example.com"],
      [
        { host: "gw.example.com", loginPath: "login", apiPath: "/a/b/" },
        "https://gw.example.com/a/b",
        "https://gw.example.com/login"
      ],
      [{ host: "localhost", protocol: "http", port: 8080 }, "http://localhost:8080", "http://localhost:8080"],
      [{ host: "127.0.0.1", protocol: "http" }, "http://127.0.0.1", "http://127.0.0.1"],
      [{ host: "[::1]", protocol: "http", port: 1 }, "http://[::1]:1", "http://[::1]:1"]
    ] as const)("is behind the gateway %j at %s", ([gateway, apiUrl, loginUrl]) =>
      Effect.gen(function* () {
        expect(yield* given({ region: "us-east-1", gateway })).toMatchObject({ apiUrl, loginUrl })
      })
    )

    it.effect.each<readonly [string, Partial<Credentials.Saml2Bearer>]>([
      ["an organization with accents", { orgName: "Société Générale" }],
      ["an organization in any script", { orgName: "株式会社" }],
      ["an assertion of several lines", { assertion: Redacted.make("CANARY-PHNhbWw+\r\nPC9zYW1sPg==") }]
    ])("takes %s, which travels in a form", ([, fields]) =>
      Effect.gen(function* () {
        const credentials = { ...saml, ...fields }
        expect((yield* given({ region: "us-east-1", credentials })).credentials).toEqual(credentials)
      })
    )

    it.effect("takes a redirect URI with a path in any script", () =>
      Effect.gen(function* () {
        const redirectUri = "https://example.com/zurück"
        const code = Redacted.make("CANARY-code")
        const { clientId, clientSecret } = saml
        const credentials = { _tag: "AuthorizationCode", clientId, clientSecret, code, redirectUri } as const
        expect((yield* given({ region: "us-east-1", credentials })).credentials).toEqual(credentials)
      })
    )

    it.effect.each<readonly [string, Partial<Credentials.Saml2Bearer>, string]>([
      ["an organization with a line break", { orgName: "ac\nme" }, "orgName"],
      ["an organization that ends with one", { orgName: "acme\n" }, "orgName"],
      ["an organization of spaces", { orgName: " " }, "orgName"],
      ["half a character", { orgName: "acme\ud800" }, "orgName"],
      ["an assertion with NUL", { assertion: Redacted.make("CANARY\0hunter2") }, "assertion"],
      ["an assertion that ends with a line break", { assertion: Redacted.make("CANARY-hunter2\n") }, "assertion"],
      ["a secret with an accent", { clientSecret: Redacted.make("CANARY-hunter2é") }, "clientSecret"]
    ])("refuses %s, and does not repeat it", ([, fields, setting]) =>
      Effect.gen(function* () {
        const error = yield* failureOf(given({ region: "us-east-1", credentials: { ...saml, ...fields } }))
        expectRefusal(error, setting)
        expect(error.message).not.toMatch(/hunter2|ac\s?me/)
      })
    )

    it.effect.each<readonly [Partial<GenesysCloudOptions>, string]>([
      [{}, "region"],
      [{ region: "" }, "region"],
      [{ region: "  " }, "region"],
      [{ region: "mars" }, "region"],
      [{ region: "https://mypurecloud.com" }, "region"],
      [{ region: "mypurecloud.com/path" }, "region"],
      [{ region: "user:password@mypurecloud.com" }, "region"],
      [{ gateway: { host: "" } }, "gateway.host"],
      [{ gateway: { host: "a b" } }, "gateway.host"],
      [{ gateway: { host: "gw.example.com/path" } }, "gateway.host"],
      [{ gateway: { host: "https://gw.example.com" } }, "gateway.host"],
      [{ gateway: { host: "gw.example.com?x" } }, "gateway.host"],
      [{ gateway: { host: "gw.example.com#x" } }, "gateway.host"],
      [{ gateway: { host: "gw.example.com\\x" } }, "gateway.host"],
      [{ gateway: { host: "user:hunter2@gw.example.com" } }, "gateway.host"],
      [{ gateway: { host: "gw.example.com", protocol: "ftp" } }, "gateway.protocol"],
      [{ gateway: { host: "gw.example.com", protocol: "http" } }, "gateway.protocol"],
      [{ gateway: { host: "localhost.example.com", protocol: "http" } }, "gateway.protocol"],
      [{ gateway: { host: "gw.example.com", port: 0 } }, "gateway.port"],
      [{ gateway: { host: "gw.example.com", port: 65_536 } }, "gateway.port"],
      [{ gateway: { host: "gw.example.com", port: 1.5 } }, "gateway.port"],
      [{ gateway: { host: "gw.example.com", port: Number.NaN } }, "gateway.port"],
      [{ gateway: { host: "gw.example.com", apiPath: "../x" } }, "gateway.apiPath"],
      [{ gateway: { host: "gw.example.com", apiPath: "a//b" } }, "gateway.apiPath"],
      [{ gateway: { host: "gw.example.com", loginPath: "a?b" } }, "gateway.loginPath"]
    ])("refuses %j for its %s", ([options, setting]) =>
      Effect.gen(function* () {
        const error = yield* failureOf(given(options))
        expectRefusal(error, setting)
        expect(error.message).not.toContain("hunter2")
      })
    )

    it.effect.each(["", " ", "se\rcret", "se\ncret", "secret\n", " secret", "se\0cret", "sécret", "🔑"])(
      "refuses the secret %j, and does not repeat it",
      (text) =>
        Effect.gen(function* () {
          const clientSecret = Redacted.make(text)
          const error = yield* failureOf(
            given({ region: "us-east-1", credentials: { _tag: "ClientCredentials", clientId: "id", clientSecret } })
          )
          expectRefusal(error, "clientSecret")
          const token = yield* failureOf(
            given({ region: "us-east-1", credentials: { _tag: "AccessToken", accessToken: clientSecret } })
          )
          expectRefusal(token, "accessToken")
          if (text.trim().length > 1) expect(error.message + token.message).not.toContain(text)
        })
    )
  })

  describe("from the environment", () => {
    it.effect.each([
      [{ GENESYSCLOUD_REGION: "us_east_1", ...who }, "https://api.mypurecloud.com"],
      [{ GENESYSCLOUD_REGION: "eu-west-1", ...who }, "https://api.mypurecloud.ie"],
      [{ GENESYSCLOUD_REGION: "mypurecloud.de", ...who }, "https://api.mypurecloud.de"],
      [
        { GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_GATEWAY_HOST: "gw.example.com", ...who },
        "https://gw.example.com"
      ],
      [
        {
          GENESYSCLOUD_GATEWAY_HOST: "localhost",
          GENESYSCLOUD_GATEWAY_PORT: "8080",
          GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
          GENESYSCLOUD_GATEWAY_PATH_PARAMS_API: "api",
          GENESYSCLOUD_GATEWAY_PATH_PARAMS_LOGIN: "login",
          ...who
        },
        "http://localhost:8080/api"
      ],
      [
        {
          GENESYSCLOUD_GATEWAY_HOST: "::1",
          GENESYSCLOUD_GATEWAY_PORT: "8080",
          GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
          ...who
        },
        "http://[::1]:8080"
      ],
      [
        {
          GENESYSCLOUD_GATEWAY_HOST: "gw.example.com",
          GENESYSCLOUD_GATEWAY_PATH_NAME: "api",
          GENESYSCLOUD_GATEWAY_PATH_VALUE: "/genesys/api",
          ...who
        },
        "https://gw.example.com/genesys/api"
      ]
    ] as const)("%j is %s", ([env, apiUrl]) =>
      Effect.gen(function* () {
        const cloud = yield* environment(env)
        expect(cloud.apiUrl).toBe(apiUrl)
        expect(cloud.credentials).toMatchObject({ _tag: "ClientCredentials", clientId: "an-id" })
      })
    )

    it.effect("takes an access token over a client", () =>
      Effect.gen(function* () {
        const env = { GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_ACCESS_TOKEN: "CANARY-token", ...who }
        const { credentials } = yield* environment(env)
        expect(credentials._tag === "AccessToken" && Redacted.value(credentials.accessToken)).toBe("CANARY-token")
        expect(JSON.stringify(credentials)).not.toContain("CANARY-token")
      })
    )

    it.effect.each([
      [{ ...who }, "GENESYSCLOUD_REGION"],
      [{ GENESYSCLOUD_REGION: "", ...who }, "GENESYSCLOUD_REGION"],
      [{ GENESYSCLOUD_REGION: "", GENESYSCLOUD_GATEWAY_HOST: "gw.example.com", ...who }, "GENESYSCLOUD_REGION"],
      [{ GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_GATEWAY_HOST: "", ...who }, "GENESYSCLOUD_GATEWAY_HOST"],
      [{ GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_ACCESS_TOKEN: "", ...who }, "GENESYSCLOUD_ACCESS_TOKEN"],
      [{ GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_ACCESS_TOKEN: "  ", ...who }, "GENESYSCLOUD_ACCESS_TOKEN"],
      [
        { GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_GATEWAY_PATH_PARAMS_LOGIN: "", ...who },
        "GENESYSCLOUD_GATEWAY_PATH_PARAMS_LOGIN"
      ],
      [
        { GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_ACCESS_TOKEN: "t", GENESYSCLOUD_OAUTHCLIENT_SECRET: "" },
        "GENESYSCLOUD_OAUTHCLIENT_SECRET"
      ],
      [
        { GENESYSCLOUD_GATEWAY_HOST: "gw", GENESYSCLOUD_GATEWAY_AUTH_PASSWORD: "CANARY-secret", ...who },
        "GENESYSCLOUD_GATEWAY_AUTH_PASSWORD"
      ],
      [
        { GENESYSCLOUD_GATEWAY_HOST: "gw", GENESYSCLOUD_GATEWAY_PATH_NAME: "api", ...who },
        "GENESYSCLOUD_GATEWAY_PATH_VALUE"
      ],
      [
        { GENESYSCLOUD_GATEWAY_HOST: "gw", GENESYSCLOUD_GATEWAY_PATH_VALUE: "/x", ...who },
        "GENESYSCLOUD_GATEWAY_PATH_NAME"
      ],
      [
        {
          GENESYSCLOUD_GATEWAY_HOST: "gw",
          GENESYSCLOUD_GATEWAY_PATH_NAME: "web",
          GENESYSCLOUD_GATEWAY_PATH_VALUE: "/x",
          ...who
        },
        "GENESYSCLOUD_GATEWAY_PATH_NAME"
      ],
      [
        {
          GENESYSCLOUD_GATEWAY_HOST: "gw",
          GENESYSCLOUD_GATEWAY_PATH_NAME: "login",
          GENESYSCLOUD_GATEWAY_PATH_VALUE: "/x",
          GENESYSCLOUD_GATEWAY_PATH_PARAMS_LOGIN: "/y",
          ...who
        },
        "GENESYSCLOUD_GATEWAY_PATH_NAME"
      ],
      [{ GENESYSCLOUD_REGION: "mars", ...who }, "GENESYSCLOUD_REGION"],
      [{ GENESYSCLOUD_REGION: "us-east-1" }, "GENESYSCLOUD_OAUTHCLIENT_ID"],
      [{ GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_OAUTHCLIENT_ID: "id" }, "GENESYSCLOUD_OAUTHCLIENT_SECRET"],
      [
        { GENESYSCLOUD_REGION: "us-east-1", ...who, GENESYSCLOUD_OAUTHCLIENT_SECRET: "" },
        "GENESYSCLOUD_OAUTHCLIENT_SECRET"
      ],
      [
        { GENESYSCLOUD_REGION: "us-east-1", ...who, GENESYSCLOUD_OAUTHCLIENT_SECRET: "CANARY-secret\n" },
        "GENESYSCLOUD_OAUTHCLIENT_SECRET"
      ],
      [{ GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_ACCESS_TOKEN: "a b\r\n" }, "GENESYSCLOUD_ACCESS_TOKEN"],
      [{ GENESYSCLOUD_GATEWAY_HOST: "gw", GENESYSCLOUD_GATEWAY_PORT: "https", ...who }, "GENESYSCLOUD_GATEWAY_PORT"],
      [
        { GENESYSCLOUD_GATEWAY_HOST: "gw", GENESYSCLOUD_GATEWAY_PROTOCOL: "http", ...who },
        "GENESYSCLOUD_GATEWAY_PROTOCOL"
      ],
      [{ GENESYSCLOUD_GATEWAY_HOST: "gw/path", ...who }, "GENESYSCLOUD_GATEWAY_HOST"],
      [
        { GENESYSCLOUD_GATEWAY_HOST: "gw", GENESYSCLOUD_GATEWAY_PATH_PARAMS_API: "..", ...who },
        "GENESYSCLOUD_GATEWAY_PATH_PARAMS_API"
      ]
    ] as ReadonlyArray<readonly [Record<string, string>, string]>)("%j lacks %s, and says so", ([env, setting]) =>
      Effect.gen(function* () {
        const error = yield* failureOf(environment(env))
        expectRefusal(error, setting)
        expect(error.message).not.toContain("CANARY-secret")
      })
    )

    it.effect("that is empty is told from one that is not set by every kind of provider", () =>
      Effect.gen(function* () {
        const env = { GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_ACCESS_TOKEN: "", ...who }
        for (const provider of [
          ConfigProvider.fromEnv({ env, preserveEmptyStrings: true }),
          ConfigProvider.fromUnknown(env),
          ConfigProvider.fromUnknown(env, { preserveEmptyStrings: true }),
          ConfigProvider.orElse(ConfigProvider.fromUnknown({}), ConfigProvider.fromEnv({ env }))
        ]) {
          const build = Layer.build(GenesysCloud.layerConfig.pipe(Layer.provide(ConfigProvider.layer(provider))))
          expect((yield* Effect.flip(Effect.scoped(build))).message).toMatch(
            /GENESYSCLOUD_ACCESS_TOKEN is set but empty/
          )
        }
      })
    )

    it.effect("says nothing of a place that is given", () =>
      Effect.gen(function* () {
        const env = {
          GENESYSCLOUD_REGION: "",
          GENESYSCLOUD_GATEWAY_HOST: "gw.example.com",
          GENESYSCLOUD_GATEWAY_PORT: "8443",
          GENESYSCLOUD_GATEWAY_PATH_PARAMS_API: "/api",
          ...who
        }
        const apiUrl = (where: Parameters<typeof GenesysCloud.layerConfigWith>[0]) =>
          Effect.map(
            GenesysCloud.use(Effect.succeed).pipe(
              Effect.provide(GenesysCloud.layerConfigWith(where)),
              Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))
            ),
            (cloud) => cloud.apiUrl
          )
        expect(yield* apiUrl({ region: "eu-west-1" })).toBe("https://api.mypurecloud.ie")
        expect(yield* apiUrl({ gateway: { host: "other.example" } })).toBe("https://other.example/api")
      })
    )

    it.effect("is read when the layer is built, and makes a client", () =>
      Effect.gen(function* () {
        const env = { GENESYSCLOUD_REGION: "eu-west-1", ...who }
        const client = { id: who.GENESYSCLOUD_OAUTHCLIENT_ID, secret: who.GENESYSCLOUD_OAUTHCLIENT_SECRET }
        const layer = LicenseService.layerConfig.pipe(
          Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
          Layer.provideMerge(Wire.layer()),
          Layer.provide(Emulator.layerTest({ clients: [client] }))
        )
        yield* Effect.gen(function* () {
          yield* (yield* LicenseService).getDefinitions
          expect((yield* Wire).requests.map(({ url }) => url.host)).toEqual([
            "login.mypurecloud.ie",
            "api.mypurecloud.ie"
          ])
        }).pipe(Effect.provide(layer))
      })
    )
  })

  it.effect.each([
    [{ attemptTimeout: 0 }, "attemptTimeout"],
    [{ callTimeout: "0 seconds" }, "callTimeout"],
    [{ retries: -1 }, "retries"],
    [{ retries: 1.5 }, "retries"],
    [{ maxResponseBytes: 0 }, "maxResponseBytes"],
    [{ rateLimit: { limit: 0, window: "1 second" } }, "rateLimit.limit"],
    [{ rateLimit: { limit: 1, window: 0 } }, "rateLimit.window"],
    [{ userAgent: "a\r\nx: y" }, "userAgent"],
    [{ headers: { "x y": "z" } }, "headers"],
    [{ headers: { x: "a\nb" } }, "headers"]
  ] as const)("refuses the option %j of a client for its %s", ([options, setting]) =>
    Effect.gen(function* () {
      const layer = LicenseService.layer({ region: "us-east-1", credentials: clientCredentials, ...options })
      const error = yield* failureOf(serviceOf(LicenseService, layer.pipe(Layer.provide(Emulator.layerTest()))))
      expectRefusal(error, setting)
    })
  )
})
