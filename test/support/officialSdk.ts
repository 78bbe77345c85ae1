/**
 * The vendor's own SDK for JavaScript, as a second opinion on everything that the
 * emulator says and that `LicenseService` makes of it.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

// The SDK looks for a browser's storage, and Node warns about that on stderr.
Reflect.deleteProperty(globalThis, "localStorage")
const { default: sdk } = await import("purecloud-platform-client-v2")

/** The License API as the vendor's SDK has it. */
export type License = InstanceType<typeof sdk.LicenseApi>

/** The names of its operations. */
export const operations: ReadonlyArray<string> = Object.getOwnPropertyNames(sdk.LicenseApi.prototype).filter(
  (name) => name !== "constructor"
)

/** The APIs beside it that the packages know as well. */
export interface Neighbours {
  readonly users: InstanceType<typeof sdk.UsersApi>
  readonly authorization: InstanceType<typeof sdk.AuthorizationApi>
  readonly organization: InstanceType<typeof sdk.OrganizationApi>
  readonly billing: InstanceType<typeof sdk.BillingApi>
}

/** BASE64URL(SHA256(verifier)), as the SDK computes it. */
export const codeChallenge = (verifier: string): Promise<string> => sdk.ApiClient.computePKCECodeChallenge(verifier)

/** What the SDK rejected with: for an answer that is not 2xx, only its body. */
export class Rejected extends Data.TaggedError("Rejected")<{ readonly body: any }> {}

/** An answer with what the SDK leaves out unless it is asked. */
export interface Refusal {
  readonly status: number
  readonly headers: { readonly [name: string]: string | undefined }
  readonly body: any
}

export interface OfficialSdk {
  /** Calls an operation. */
  readonly call: <A>(operation: (license: License, neighbours: Neighbours) => Promise<A>) => Effect.Effect<A, Rejected>
  /** Calls an operation that is refused. */
  readonly refusal: (
    operation: (license: License, neighbours: Neighbours) => Promise<unknown>
  ) => Effect.Effect<Refusal>
  /** Every page of users, one after the other until the last. */
  readonly allUsers: (
    pageSize: number
  ) => Effect.Effect<ReadonlyArray<{ readonly id?: string; readonly licenses?: ReadonlyArray<string> }>, Rejected>
}

/** Each client watches a file in the home directory from its constructor on; the one that the import makes as well. */
const unwatch = ({ config }: { readonly config: { live_reload_config: boolean } }) => {
  config.live_reload_config = false
}
unwatch(sdk.ApiClient)

/** What the SDK can do and its type declarations do not mention. */
interface Undeclared {
  readonly loginSaml2BearerGrant: (
    clientId: string,
    clientSecret: string,
    orgName: string,
    assertion: string
  ) => Promise<unknown>
}

/** A client of its own that talks to `host` and `port` of this machine, whatever proxy the environment names. */
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

/** Logs in by one of the grants that the SDK has for servers. */
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

/** Goes in with a token that somebody else got. */
export const withToken = (address: Address, token: Redacted.Redacted): OfficialSdk => {
  const client = clientOf(address)
  client.setAccessToken(Redacted.value(token))
  return make(client)
}
