import { describe, expect, it } from "@effect/vitest"
import { LicenseService } from "@genesys-license/client"
import * as Connection from "@genesys-license/cluster/jobs/Connection"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Canary from "../support/Canary.ts"
import { refusing } from "../support/refusingProxy.ts"

const acme = { id: "acme", region: "example.test", clientId: "someone", secret: "ACME_SECRET" }

describe("the connection of a job", () => {
  it.live.each([
    ["HTTPS_PROXY", (port: number) => ({ HTTPS_PROXY: `http://127.0.0.1:${port}` })],
    [
      "GENESYSCLOUD_PROXY_HOST",
      (port: number) => ({ GENESYSCLOUD_PROXY_HOST: "127.0.0.1", GENESYSCLOUD_PROXY_PORT: String(port) })
    ]
  ] as const)("goes through the proxy of %s", ([, proxy]) =>
    Effect.gen(function* () {
      const { asked, port } = yield* refusing
      const env = { ACME_SECRET: Canary.clientSecret, ...proxy(port) }
      const error = yield* LicenseService.use((license) => license.getDefinitions).pipe(
        Effect.provide(Layer.provide(Connection.layer(acme, undefined), Connection.http)),
        Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env })),
        Effect.provide(NodeServices.layer),
        Effect.flip
      )
      expect(error).toMatchObject({ reason: { _tag: "ConnectionFailed" } })
      expect(asked[0]).toMatch(/^CONNECT login\.example\.test:443 HTTP\/1\.1\r\n/)
    })
  )
})
