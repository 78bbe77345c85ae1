import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import * as Canary from "../../support/Canary.ts"
import * as Processes from "../../support/processes.ts"
import { refusing } from "../../support/refusingProxy.ts"
import { environment, folder, run } from "../run.ts"

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

describe("a fleet behind a proxy", () => {
  const listed = Effect.gen(function* () {
    const at = yield* folder
    const organizations = ["acme", "globex"].map((id) => ({
      id,
      region: "example.test",
      clientId: id,
      secret: "FLEET_SECRET"
    }))
    writeFileSync(at("orgs.json"), JSON.stringify({ organizations }))
    return ["fleet", "audit", at("orgs.json"), "--output-dir", at("out")]
  })

  it.live.each([
    ["HTTPS_PROXY", (port: number) => ({ HTTPS_PROXY: `http://127.0.0.1:${port}` })],
    [
      "GENESYSCLOUD_PROXY_HOST",
      (port: number) => ({ GENESYSCLOUD_PROXY_HOST: "127.0.0.1", GENESYSCLOUD_PROXY_PORT: String(port) })
    ]
  ] as const)("reaches every organization through the proxy of %s", ([name, proxy]) =>
    Effect.gen(function* () {
      const { asked, port } = yield* refusing
      const env = { FLEET_SECRET: Canary.clientSecret, ...proxy(port) }
      const { exitCode, stderr } = yield* run(yield* listed, env)
      expect(exitCode).toBe(2)
      expect(stderr.match(new RegExp(`${name} is set\\. Check that proxy, too\\.`, "g"))).toHaveLength(2)
      expect(asked.length).toBeGreaterThanOrEqual(2)
      for (const head of asked) expect(head).toMatch(/^CONNECT login\.example\.test:443 HTTP\/1\.1\r\n/)
    })
  )

  it.live("asks nobody if the proxy is wrong", () =>
    Effect.gen(function* () {
      const { exitCode, stderr } = yield* run(yield* listed, {
        FLEET_SECRET: Canary.clientSecret,
        HTTPS_PROXY: "ftp://a"
      })
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: "configure: HTTPS_PROXY is not the URL of a proxy, such as http://proxy.example:8080.\n"
      })
    })
  )
})
