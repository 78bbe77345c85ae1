import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Canary from "../../support/Canary.ts"
import * as Processes from "../../support/processes.ts"
import { refusing } from "../../support/refusingProxy.ts"
import { environment, run } from "../run.ts"

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
