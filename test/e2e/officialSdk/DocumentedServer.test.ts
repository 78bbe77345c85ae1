import { describe, expect, it } from "@effect/vitest"
import type { GenesysError } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as DocumentedServer from "../../support/documentedServer.ts"
import * as OfficialSdk from "../../support/officialSdk.ts"
import { licenseOf, timeout } from "./clients.ts"

describe("a server that shares no code with the packages", () => {
  const documented = Effect.acquireDisposable(Effect.promise(DocumentedServer.listen))
  const credentials = {
    clientId: DocumentedServer.clientId,
    clientSecret: Redacted.make(DocumentedServer.clientSecret)
  }
  const user = DocumentedServer.userId(3)

  it.live(
    "is asked for the same by the SDK and by LicenseService, in all ten operations",
    () =>
      Effect.gen(function* () {
        const server = yield* documented
        const sdk = yield* OfficialSdk.login(server, credentials)
        const license = yield* licenseOf(server, { _tag: "ClientCredentials", ...credentials })
        const assignments = [{ licenseId: "collaborate", userIdsAdd: [user], userIdsRemove: ["nobody"] }]

        const pairs: Readonly<
          Record<
            string,
            readonly [(sdk: OfficialSdk.License) => Promise<unknown>, Effect.Effect<unknown, GenesysError>]
          >
        > = {
          getLicenseDefinitions: [(sdk) => sdk.getLicenseDefinitions(), license.getDefinitions],
          getLicenseDefinition: [(sdk) => sdk.getLicenseDefinition("cloudCX1"), license.getDefinition("cloudCX1")],
          getLicenseToggle: [(sdk) => sdk.getLicenseToggle("ä/b c"), license.getToggle("ä/b c")],
          postLicenseToggle: [(sdk) => sdk.postLicenseToggle("a?b#c%"), license.switchToggle("a?b#c%")],
          getLicenseUser: [(sdk) => sdk.getLicenseUser(user), license.getUser(user)],
          getLicenseUsers: [
            (sdk) => sdk.getLicenseUsers({ pageSize: 30, pageNumber: 2 }),
            license.getUsersPage({ pageSize: 30, pageNumber: 2 })
          ],
          postLicenseUsers: [
            (sdk) => sdk.postLicenseUsers({ body: [user, "nobody"] }),
            license.getUsers([user, "nobody"])
          ],
          postLicenseInfer: [(sdk) => sdk.postLicenseInfer({ body: ["agent"] }), license.inferFromRoles(["agent"])],
          postLicenseInferPermissions: [
            (sdk) => sdk.postLicenseInferPermissions({ body: ["chat:chat:access"] }),
            license.inferFromPermissions(["chat:chat:access"])
          ],
          postLicenseOrganization: [
            (sdk) => sdk.postLicenseOrganization({ body: { assignments } }),
            license.updateAssignments(assignments)
          ]
        }
        expect(Object.keys(pairs).sort()).toEqual([...OfficialSdk.operations].sort())

        /** What of a request means something to Genesys Cloud. */
        const meaning = ({ body, headers, method, path, query }: DocumentedServer.Asked) => ({
          method,
          path,
          query,
          authorization: headers["authorization"],
          contentType: body === "" ? undefined : headers["content-type"],
          accept: headers["accept"],
          body: body === "" ? undefined : JSON.parse(body)
        })
        // The second client logs in before its first call.
        yield* license.getToggle("log in")

        for (const [official, ours] of Object.values(pairs)) {
          yield* sdk.call(official)
          const asked = meaning(server.asked.at(-1)!)
          yield* ours
          expect(meaning(server.asked.at(-1)!)).toStrictEqual(asked)
        }
        // Two logins, the toggle, and nothing but ten calls of each.
        expect(server.asked).toHaveLength(2 + 1 + 2 * 10)

        const logins = server.asked.filter(({ path }) => path === "/oauth/token")
        const form = ({ body, headers, method }: DocumentedServer.Asked) => ({
          method,
          body,
          authorization: headers["authorization"]
        })
        expect(logins).toHaveLength(2)
        expect(form(logins[1]!)).toStrictEqual(form(logins[0]!))
      }),
    timeout
  )

  it.live(
    "tells both clients the same, where one of them tidies up what is missing, null or undocumented",
    () =>
      Effect.gen(function* () {
        const server = yield* documented
        const sdk = yield* OfficialSdk.login(server, credentials)
        const license = yield* licenseOf(server, { _tag: "ClientCredentials", ...credentials })

        const raw = yield* sdk.allUsers(25)
        expect(raw).toHaveLength(DocumentedServer.userCount)
        expect(raw.filter(({ licenses }) => licenses === undefined || licenses === null).length).toBeGreaterThan(30)
        expect(yield* Stream.runCollect(license.users({ pageSize: 30 }))).toStrictEqual(
          raw.map(({ id, licenses }) => ({ id, licenses: licenses ?? [] }))
        )

        const definitions = yield* sdk.call((license) => license.getLicenseDefinitions())
        expect(yield* license.getDefinitions).toStrictEqual(
          definitions.map(({ id, selfUri }) => ({ id, selfUri, prerequisites: [], comprises: [] }))
        )
        expect(yield* license.getDefinition("cloudCX1")).toStrictEqual({
          id: "cloudCX1",
          permissions: { ids: ["routing:queue:member", "conversation:call:accept"] },
          prerequisites: [],
          comprises: [{ id: "collaborate", prerequisites: [], comprises: [] }]
        })

        const ids = [...Array(8).keys()].map(DocumentedServer.userId)
        const byId: Record<string, any> = yield* sdk.call((license) =>
          license.postLicenseUsers({ body: [...ids, "nobody"] })
        )
        expect(Object.keys(byId)).toEqual(ids)
        expect(yield* license.getUsers([...ids, "nobody"])).toStrictEqual(
          new Map(Object.entries(byId).map(([id, { licenses }]) => [id, licenses ?? []]))
        )

        const assignments = [{ licenseId: "collaborate", userIdsAdd: [user, "nobody"], userIdsRemove: [] }]
        expect(yield* license.updateAssignments(assignments)).toEqual([
          { _tag: "Done", licenseId: "collaborate", userId: user, change: "add", result: "SUCCESS" },
          { _tag: "Refused", licenseId: "collaborate", userId: "nobody", change: "add", result: "NO_SUCH_USER" }
        ])
        const changed = yield* sdk.call((license) => license.getLicenseUser(user))
        expect(changed.licenses?.map(({ id }) => id)).toEqual(["cloudCX1", "hourlyRetired", "collaborate"])
        expect((yield* license.getUser(user)).licenses.map(({ id }) => id)).toEqual(
          changed.licenses?.map(({ id }) => id)
        )
      }),
    timeout
  )
})
