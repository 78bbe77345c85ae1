/**
 * The organizations of a fleet, from a file:
 *
 *     { "organizations": [{
 *       "id": "acme", "region": "eu-central-1", "clientId": "…", "secret": "GENESYS_ACME_SECRET"
 *     }] }
 *
 * `gateway`, such as `https://proxy.example:8443`, can replace `region`. The id is used as a
 * file name. `secret` is the name of the variable or file that holds the secret. A secret
 * itself is refused, and no error repeats the value.
 */
import { GenesysCloud } from "@genesys-license/client/GenesysCloud"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import * as Problem from "@genesys-license/schema/Problem"
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as TextFile from "../files/TextFile.ts"

/** One organization of the list. */
export interface Organization {
  /** Letters, digits, `.`, `_` and `-`. Unique, even if upper and lower case are the same. */
  readonly id: string
  /** The region, such as `eu-central-1`. Exactly one of `region` and `gateway` is set. */
  readonly region?: string
  /** The URL of a gateway, without a path. */
  readonly gateway?: string
  /** The id of its OAuth client. */
  readonly clientId: string
  /** The name of the variable or file that holds the secret. */
  readonly secret: string
}

/** The connection settings of the client. */
export type Connection = Parameters<typeof GenesysCloud.layer>[0]

const Json = Schema.Struct({
  organizations: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      region: Schema.optionalKey(Schema.String),
      gateway: Schema.optionalKey(Schema.String),
      clientId: Schema.NonEmptyString,
      secret: Schema.String
    })
  )
})
const decode = Schema.decodeUnknownEffect(Json, { onExcessProperty: "error" })

/** Parses the JSON. Errors call it `source`. */
export const parse = Effect.fnUntraced(function* (
  text: string,
  { source = "organizations" }: { readonly source?: string } = {}
): Effect.fn.Return<ReadonlyArray<Organization>, AdminError> {
  const invalid = (problem: string) => fail(new InvalidInput({ source, problem }))
  // The message of `JSON.parse` quotes the text, which may contain a secret.
  const json = yield* Effect.try({ try: (): unknown => JSON.parse(text), catch: () => invalid("it is not valid JSON") })
  const { organizations } = yield* Effect.mapError(decode(json), (error) => invalid(Problem.describe(error)))
  if (organizations.length === 0) return yield* invalid("it lists no organization")
  const seen = new Map<string, string>()
  for (const [index, organization] of organizations.entries()) {
    const invalidField = (field: string, problem: string) =>
      invalid(`organizations[${index}].${field}${nameOf(organization, field)} ${problem}`)
    const { id } = organization
    if (!isFileName(id)) {
      return yield* invalidField(
        "id",
        "must be usable as a file name: up to 64 letters, digits, dots, hyphens and underscores, with a letter or digit first and last. Reserved: fleet, con, nul and other device names"
      )
    }
    const other = seen.get(id.toLowerCase())
    if (other !== undefined) {
      return yield* invalidField("id", `is used twice${other === id ? "" : `, as ${quote(other)} and ${quote(id)}`}`)
    }
    seen.set(id.toLowerCase(), id)
    if (!isName(organization.secret)) {
      return yield* invalidField(
        "secret",
        "must be the name of a variable, such as GENESYS_ACME_SECRET: upper-case letters, digits and underscores. If it is the secret itself, remove it from the file, and replace the secret in Genesys Cloud"
      )
    }
    yield* checkPlace(organization, invalidField)
  }
  return organizations
})

/** Reads the file. */
export const load = (path: string): Effect.Effect<ReadonlyArray<Organization>, AdminError, FileSystem.FileSystem> =>
  Effect.flatMap(TextFile.read(path), (text) => parse(text, { source: path }))

/** The organizations that are selected by id. Fails if no organization has one of the ids. */
export const select = Effect.fnUntraced(function* (
  organizations: ReadonlyArray<Organization>,
  { except = [], only }: { readonly only?: ReadonlyArray<string> | undefined; readonly except?: ReadonlyArray<string> }
): Effect.fn.Return<ReadonlyArray<Organization>, AdminError> {
  const ids = new Set(organizations.map(({ id }) => id))
  const unknown = [...(only ?? []), ...except].find((id) => !ids.has(id))
  if (unknown !== undefined) {
    const problem = `unknown organization ${quote(unknown)}; the file has ${[...ids].slice(0, 10).join(", ")}${ids.size > 10 ? ` and ${ids.size - 10} more` : ""}`
    return yield* fail(new InvalidInput({ source: "organizations", problem }))
  }
  return organizations.filter(({ id }) => (only === undefined || only.includes(id)) && !except.includes(id))
})

/** The connection settings of an organization, for a service of the client. */
export const connection = (
  { clientId, gateway, region }: Organization,
  clientSecret: Redacted.Redacted
): Connection => ({
  region,
  gateway: gateway === undefined ? undefined : placeOf(gateway),
  credentials: { _tag: "ClientCredentials", clientId, clientSecret }
})

/** Names that Windows reserves for devices, with any extension. `fleet` is the record. */
const taken = /^(?:fleet|con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

const isFileName = (id: string) => /^[a-z\d](?:[a-z\d._-]{0,62}[a-z\d])?$/i.test(id) && !taken.test(id)

/** Secrets are long, and most contain lower-case letters or signs. */
const isName = (secret: string) =>
  /^[A-Z_][A-Z\d_]{0,127}$/.test(secret) && (secret.includes("_") || secret.length <= 24)

/** Names the organization by its id, never by another field: any of them may contain the secret. */
const nameOf = ({ id }: Organization, field: string) =>
  field === "id" || !isFileName(id) ? ` (${quote(id, 20)})` : ` of ${id}`

const placeOf = (gateway: string) => {
  const url = URL.canParse(gateway) ? new URL(gateway) : undefined
  if (url === undefined || url.host === "" || `${url.origin}/` !== url.href) return undefined
  return {
    protocol: url.protocol,
    host: url.hostname,
    ...(url.port !== "" && { port: Number(url.port) })
  }
}

/** Checks region and gateway as the client does, before anything is sent. */
const checkPlace = Effect.fnUntraced(function* (
  organization: Organization,
  invalid: (field: string, problem: string) => AdminError
) {
  const { gateway, region } = organization
  if ((gateway === undefined) === (region === undefined)) {
    return yield* invalid("region", "or gateway must be set, and only one of them")
  }
  if (gateway !== undefined && placeOf(gateway) === undefined) {
    return yield* invalid("gateway", "must be a URL without a path, such as https://proxy.example:8443")
  }
  const toInvalid = ({ reason }: GenesysError) => {
    if (reason._tag !== "InvalidConfiguration") return invalid("region", reason.message)
    const [field = "region"] = reason.setting.split(".")
    return invalid(field, reason.problem)
  }
  yield* Effect.void.pipe(
    Effect.provide(GenesysCloud.layer(connection(organization, Redacted.make("not looked at")))),
    Effect.mapError(toInvalid)
  )
})
