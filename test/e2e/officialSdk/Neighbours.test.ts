import { NodeHttpClient } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import {
  BillingService,
  CurrentCallOptions,
  type GenesysError,
  GenesysTransport,
  OrganizationService,
  RoleService,
  UserService
} from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import { BillingApi, errorStatuses, LicenseApi } from "@genesys-license/schema"
import { endpoints, type OperationName } from "@genesys-license/schema/GenesysCloudApi"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as OfficialSdk from "../../support/officialSdk.ts"
import { emulator, failure, timeout, withoutContext } from "./clients.ts"

type LicenseOperation = keyof (typeof LicenseApi)["groups"]["license"]["endpoints"]
type Operation = Exclude<OperationName, LicenseOperation>
const operations = endpoints
  .map(({ identifier }) => identifier)
  .filter((name): name is Operation => !(name in LicenseApi.groups.license.endpoints))

/** One reading, as each of the two does it. */
interface Pair {
  readonly official: (neighbours: OfficialSdk.Neighbours) => Promise<unknown>
  readonly ours: Effect.Effect<unknown, GenesysError>
}

interface NumberedPage {
  readonly entities?: ReadonlyArray<unknown>
  readonly pageCount?: number
}

/** Every page, one after the other until the last. */
const allPages = async (getPage: (pageNumber: number) => Promise<NumberedPage>) => {
  const all = []
  for (let pageNumber = 1; ; pageNumber += 1) {
    const { entities = [], pageCount = 0 } = await getPage(pageNumber)
    all.push(...entities)
    if (pageNumber >= pageCount) return all
  }
}

/** What the services make of an answer: a field without a value is absent. */
const tidied = (json: unknown): unknown =>
  JSON.parse(JSON.stringify(json), (_, value) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null && field !== ""))
      : value
  )

/** Every different request, written so that `id=a,b` is the same as `id=a&id=b`. */
const asked = (requests: Effect.Success<Emulator["Service"]["journal"]["requests"]>) => {
  const calls = requests.filter(({ operation }) => operation !== "token")
  const written = calls.map(({ method, path, query }) => {
    const values = Object.entries(query).map(([name, value]) => `${name}=${[value].flat().join()}`)
    return [method, path, ...values.sort()].join(" ")
  })
  return [...new Set(written)].sort()
}

const startDate = "2020-01-01T00:00:00.000Z"
const endDate = "2020-02-01T00:00:00.000Z"
const period = { startDate: DateTime.makeUnsafe(startDate), endDate: DateTime.makeUnsafe(endDate) }
const expand = ["dateLastLogin", "lasttokenissued", "authorization", "groups"] as const

/** Both clients of one emulator, with all that they read in it. */
const bothOf = Effect.gen(function* () {
  const server = yield* Server
  const { faults, journal, oauth, organization } = yield* Emulator
  const { host, port } = server
  const sdk = yield* OfficialSdk.login(server, oauth.credentials)
  const services = yield* Layer.build(
    Layer.mergeAll(
      UserService.layerTransport,
      RoleService.layerTransport,
      OrganizationService.layerTransport,
      BillingService.layerTransport
    ).pipe(
      Layer.provideMerge(
        GenesysTransport.layer({
          gateway: { protocol: "http", host, port },
          credentials: { _tag: "ClientCredentials", ...oauth.credentials }
        })
      ),
      Layer.provide(NodeHttpClient.layerUndici)
    )
  )
  const pairs = yield* Effect.provide(readings(organization), services)
  return { sdk, faults, journal, pairs }
})

/** Every operation beside those of licenses. One that is missing here is an error of types, and of the first test. */
const readings = Effect.fnUntraced(function* (organization: Emulator["Service"]["organization"]) {
  const transport = yield* GenesysTransport
  const users = yield* UserService
  const roles = yield* RoleService
  const billing = yield* BillingService
  const { me } = yield* OrganizationService

  const some = [...organization.directory.inState("any").slice(0, 40), "nobody"]
  const active = organization.directory.inState("active")
  const permissions = organization.roles.find(({ permissions }) => permissions.length > 1)!.permissions.slice(0, 2)
  const roleIds = organization.roles.map(({ id }) => id)
  const contract = yield* organization.contract
  const contractId = contract.id

  const pairs: Readonly<Record<Operation, ReadonlyArray<Pair>>> = {
    getUsers: [
      ...(["active", "inactive", "deleted", "any"] as const).map((state) => ({
        official: ({ users }: OfficialSdk.Neighbours) =>
          allPages((pageNumber) => users.getUsers({ pageSize: 100, pageNumber, state, expand: [...expand] })),
        ours: Stream.runCollect(users.users({ state, expand, pageSize: 100 }))
      })),
      {
        official: ({ users }) =>
          allPages((pageNumber) => users.getUsers({ pageSize: 500, pageNumber, state: "active" })),
        ours: Stream.runCollect(users.users())
      },
      {
        official: async ({ users }) =>
          (await users.getUsers({ id: some, pageSize: some.length, pageNumber: 1, state: "any" })).entities,
        ours: Effect.map(users.byId(some), (people) => [...people.values()])
      }
    ],
    getUsersQuery: [
      {
        official: async ({ users }) => {
          const all = []
          for (let cursor: string | undefined; ;) {
            const query = { pageSize: 100, state: "active", expand: [...expand] }
            const page = await users.getUsersQuery({ ...query, ...(cursor !== undefined && { cursor }) })
            all.push(...(page.entities ?? []))
            cursor = page.cursor
            if (cursor === undefined) return all
          }
        },
        ours: Stream.runCollect(users.usersByCursor({ expand }))
      }
    ],
    getUser: active.slice(0, 20).map((id) => ({
      official: ({ users }) => users.getUser(id, { state: "active", expand: [...expand] }),
      ours: users.getUser(id, { expand })
    })),
    getAuthorizationRoles: [
      {
        official: ({ authorization }) =>
          allPages((pageNumber) => authorization.getAuthorizationRoles({ pageSize: 3, pageNumber, userCount: false })),
        ours: Stream.runCollect(roles.roles({ pageSize: 3 }))
      },
      {
        official: ({ authorization }) =>
          allPages((pageNumber) =>
            authorization.getAuthorizationRoles({
              pageSize: 25,
              pageNumber,
              permission: [...permissions],
              userCount: false
            })
          ),
        ours: Stream.runCollect(roles.roles({ pageSize: 25, permissions }))
      }
    ],
    getAuthorizationRole: roleIds.map((id) => ({
      official: ({ authorization }) =>
        authorization.getAuthorizationRole(id, { userCount: false, expand: ["unusedPermissions"] }),
      ours: roles.getRole(id, { expand: ["unusedPermissions"] })
    })),
    getAuthorizationRoleSubjectgrants: roleIds.map((id) => ({
      official: ({ authorization }) =>
        allPages((pageNumber) => authorization.getAuthorizationRoleSubjectgrants(id, { pageSize: 100, pageNumber })),
      ours: Stream.runCollect(roles.grants(id, { pageSize: 100 }))
    })),
    getOrganizationsMe: [{ official: ({ organization }) => organization.getOrganizationsMe(), ours: me }],
    getBillingReportsBillableusage: [
      {
        official: async ({ billing }) => {
          // Ours waits in between: when the SDK has waited, there is nothing more to wait for.
          const first = await billing.getBillingReportsBillableusage(startDate, endDate)
          expect(first.status).toBe("InProgress")
          return billing.getBillingReportsBillableusage(startDate, endDate)
        },
        ours: billing.getUsage(period)
      }
    ],
    getBillingContracts: [
      {
        official: async ({ billing }) => (await billing.getBillingContracts({ pageSize: "10" })).entities,
        ours: Stream.runCollect(billing.contracts)
      }
    ],
    getBillingContract: [
      {
        official: ({ billing }) => billing.getBillingContract(contractId),
        ours: transport.group(BillingApi.groups.billingContracts).getBillingContract({ params: { contractId } })
      }
    ],
    getBillingContractBillingperiod: contract.billingPeriods.map(({ id: billingPeriodId }) => ({
      official: ({ billing }) => billing.getBillingContractBillingperiod(contractId, billingPeriodId),
      ours: billing.getContractPeriod({ contractId, billingPeriodId })
    }))
  }
  return pairs
})

describe("the official SDK and our services", () => {
  it.live(
    "ask for the same and read the same, through every operation beside those of licenses",
    () =>
      Effect.gen(function* () {
        const { journal, pairs, sdk } = yield* bothOf
        expect(Object.keys(pairs).sort()).toEqual([...operations].sort())
        for (const [operation, readings] of Object.entries(pairs)) {
          expect(readings.length).toBeGreaterThan(0)
          for (const { official, ours } of readings) {
            yield* journal.clear
            const read = yield* sdk.call((_, neighbours) => official(neighbours))
            const theirs = asked(yield* journal.requests)
            yield* journal.clear
            expect({ operation, read: yield* ours }).toEqual({ operation, read: tidied(read) })
            expect(asked(yield* journal.requests)).toEqual(theirs)
          }
        }
      }).pipe(emulator()),
    timeout
  )

  it.live.each(errorStatuses)(
    "are refused in the same words with %d by each of these operations",
    (status) =>
      Effect.gen(function* () {
        const { faults, pairs, sdk } = yield* bothOf
        yield* faults.add({
          operation: operations,
          fault: { type: "status", status, ...(status === 429 && { retryAfter: 3_600 }) }
        })
        for (const [operation, [pair]] of Object.entries(pairs)) {
          const refusal = yield* sdk.refusal((_, neighbours) => pair!.official(neighbours))
          expect(refusal.status).toBe(status)
          const { reason } = yield* failure(Effect.provideService(pair!.ours, CurrentCallOptions, { retries: 0 }))
          const said = "body" in reason ? reason.body : undefined
          expect({ operation, said: said && withoutContext(said) }).toEqual({
            operation,
            said: withoutContext(refusal.body)
          })
        }
      }).pipe(emulator()),
    timeout
  )
})
