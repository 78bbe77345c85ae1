/**
 * The vendor's SDK for JavaScript, as an independent check of the answers of the emulator and of
 * the results of `LicenseService`.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

// The SDK accesses the storage of a browser, and Node prints a warning about that.
Reflect.deleteProperty(globalThis, "localStorage")
const { default: sdk } = await import("purecloud-platform-client-v2")

/** The License API of the vendor's SDK. */
export type License = InstanceType<typeof sdk.LicenseApi>

/** The names of the operations of the License API. */
export const operations: ReadonlyArray<string> = Object.getOwnPropertyNames(sdk.LicenseApi.prototype).filter(
  (name) => name !== "constructor"
)

/** The other APIs that the packages support. */
export interface Neighbours {
  readonly users: InstanceType<typeof sdk.UsersApi>
  readonly authorization: InstanceType<typeof sdk.AuthorizationApi>
  readonly organization: InstanceType<typeof sdk.OrganizationApi>
  readonly billing: InstanceType<typeof sdk.BillingApi>
}

/** BASE64URL(SHA256(verifier)), computed by the SDK. */
export const codeChallenge = (verifier: string): Promise<string> => sdk.ApiClient.computePKCECodeChallenge(verifier)

/** The rejection of the SDK. For an answer that is not 2xx, it is only the body. */
export class Rejected extends Data.TaggedError("Rejected")<{ readonly body: any }> {}

/** A complete answer. By default, the SDK returns only the body. */
export interface Refusal {
  readonly status: number
  readonly headers: { readonly [name: string]: string | undefined }
  readonly body: any
}

export interface OfficialSdk {
  /** Calls an operation. */
  readonly call: <A>(operation: (license: License, neighbours: Neighbours) => Promise<A>) => Effect.Effect<A, Rejected>
  /** Calls an operation that must fail, and returns the error. */
  readonly refusal: (
    operation: (license: License, neighbours: Neighbours) => Promise<unknown>
  ) => Effect.Effect<Refusal>
  /** All users, read page by page. */
  readonly allUsers: (
    pageSize: number
  ) => Effect.Effect<ReadonlyArray<{ readonly id?: string; readonly licenses?: ReadonlyArray<string> }>, Rejected>
}

/** Every client, also the one that the import creates, watches a file in the home directory. This stops it. */
const unwatch = ({ config }: { readonly config: { live_reload_config: boolean } }) => {
  config.live_reload_config = false
}
unwatch(sdk.ApiClient)

/** Functions of the SDK that its type declarations do not contain. */
interface Undeclared {
  readonly loginSaml2BearerGrant: (
    clientId: string,
    clientSecret: string,
    orgName: string,
    assertion: string
  ) => Promise<unknown>
}

/** A new client for `host` and `port` of this machine. It ignores the proxy of the environment. */
const clientOf = ({ host, port }: { readonly host: string; readonly port: number }) => {
  const client = new sdk.ApiClientClass() as InstanceType<typeof sdk.ApiClientClass> & Undeclared
  unwatch(client)
  client.setGateway({ protocol: "http", host, port })
  client.getHttpClient().setPreHook((config) => Promise.resolve({ ...config, proxy: false }))
  return client
}

const make = (client: ReturnType<typeof clientOf>): OfficialSdk => {
  const license = new sdk.LicenseApi(client)
  const neighbours: Neighbours = {
    users: new sdk.UsersApi(client),
    authorization: new sdk.AuthorizationApi(client),
    organization: new sdk.OrganizationApi(client),
    billing: new sdk.BillingApi(client)
  }
  const call: OfficialSdk["call"] = (operation) =>
    Effect.tryPromise({ try: () => operation(license, neighbours), catch: (body) => new Rejected({ body }) })
  return {
    call,
    refusal: (operation) =>
      Effect.sync(() => client.setReturnExtendedResponses(true)).pipe(
        Effect.andThen(Effect.flip(call(operation))),
        Effect.map(({ body: { body, headers, status } }) => ({ status, headers: { ...headers }, body })),
        Effect.ensuring(Effect.sync(() => client.setReturnExtendedResponses(false))),
        Effect.orDie
      ),
    allUsers: Effect.fnUntraced(function* (pageSize) {
      const users = []
      for (let pageNumber = 1; ; pageNumber += 1) {
        const page = yield* call((license) => license.getLicenseUsers({ pageSize, pageNumber }))
        users.push(...(page.entities ?? []))
        if (pageNumber >= (page.pageCount ?? 0)) return users
      }
    })
  }
}

type Address = Parameters<typeof clientOf>[0]

/** Logs in with one of the grants that the SDK supports on servers. */
export const logIn = (
  address: Address,
  grant: (client: ReturnType<typeof clientOf>) => Promise<unknown>
): Effect.Effect<OfficialSdk, Rejected> =>
  Effect.suspend(() => {
    const client = clientOf(address)
    return Effect.tryPromise({ try: () => grant(client), catch: (body) => new Rejected({ body }) }).pipe(
      Effect.as(make(client))
    )
  })

/** Logs in with client credentials. */
export const login = (
  address: Address,
  credentials: { readonly clientId: string; readonly clientSecret: Redacted.Redacted }
): Effect.Effect<OfficialSdk, Rejected> =>
  logIn(address, (client) =>
    client.loginClientCredentialsGrant(credentials.clientId, Redacted.value(credentials.clientSecret))
  )

/** Uses an existing token. */
export const withToken = (address: Address, token: Redacted.Redacted): OfficialSdk => {
  const client = clientOf(address)
  client.setAccessToken(Redacted.value(token))
  return make(client)
}
