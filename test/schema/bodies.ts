/**
 * JSON bodies as the service may write them, each with what a program must read.
 * Written from the published contract, not from the schemas, which they are to test.
 */
import * as fc from "fast-check"
import {
  anyJson,
  type Bodies,
  type Body,
  boolean,
  int32,
  int64,
  list,
  map,
  object,
  same,
  secret,
  string,
  text
} from "./generators.ts"
import * as neighbours from "./neighbourBodies.ts"

const Permissions = object({ required: { ids: list(string) } })
const AddressableLicenseDefinition = object({ required: { id: string }, optional: { selfUri: string } })

const { LicenseDefinition } = fc.letrec<{ LicenseDefinition: Body }>((tie) => ({
  LicenseDefinition: object({
    required: { id: string },
    optional: { description: string, permissions: Permissions, selfUri: string },
    lists: {
      prerequisites: list(AddressableLicenseDefinition),
      comprises: fc.oneof({ maxDepth: 2 }, same(fc.constant([])), list(tie("LicenseDefinition")))
    }
  })
}))

const UserLicenses = object({
  required: { id: string },
  optional: { selfUri: string },
  lists: { licenses: list(string) }
})

const LicenseRef: Bodies = fc.oneof(
  string,
  object({ required: { id: string } }).map((body) => ({ ...body, read: (body.read as { id: string }).id }))
)

const HeldLicenseIds: Bodies = fc.oneof(
  list(LicenseRef),
  // With an id: an object of unknown fields only is no holder of licenses.
  object({ required: { id: string }, lists: { licenses: list(LicenseRef) } }).map((body) => ({
    ...body,
    read: (body.read as { licenses: unknown }).licenses
  }))
)

const LicenseAssignmentRequest = object({
  required: {
    licenseId: string,
    userIdsAdd: same(fc.uniqueArray(text, { maxLength: 4 })),
    userIdsRemove: same(fc.uniqueArray(text, { maxLength: 4 }))
  }
})

const Detail = object({ optional: { errorCode: string, fieldName: string, entityId: string, entityName: string } })
const Limit = object({ optional: { key: string, namespace: string, value: int64 } })

const { ErrorBody } = fc.letrec<{ ErrorBody: Body }>((tie) => ({
  ErrorBody: object({
    optional: {
      message: string,
      code: string,
      status: int32,
      entityId: string,
      entityName: string,
      messageWithParams: string,
      messageParams: map(string),
      contextId: string,
      limit: Limit
    },
    lists: {
      details: list(Detail),
      errors: fc.oneof({ maxDepth: 2 }, same(fc.constant([])), list(tie("ErrorBody")))
    }
  })
}))

/** Bodies by the name of the schema that reads them. */
export const bodies = {
  ...neighbours.bodies,
  AddressableLicenseDefinition,
  Detail,
  ErrorBody,
  HeldLicenseIds,
  LicenseAssignmentRequest,
  LicenseBatchAssignmentRequest: object({ required: { assignments: list(LicenseAssignmentRequest) } }),
  LicenseDefinition,
  LicenseOrgToggle: object({ optional: { featureName: string, enabled: boolean } }),
  LicenseUpdateStatus: object({ optional: { userId: string, licenseId: string, result: string } }),
  LicenseUser: object({
    required: { id: string },
    optional: { selfUri: string },
    lists: { licenses: list(LicenseDefinition) }
  }),
  Limit,
  Permissions,
  TokenError: object({ required: { error: string }, optional: { description: string, error_description: string } }),
  TokenResponse: object({
    required: { access_token: secret },
    optional: { token_type: string, refresh_token: secret },
    open: { expires_in: same(anyJson) }
  }),
  UserLicenses,
  UserLicensesById: map(HeldLicenseIds),
  UserLicensesEntityListing: object({
    optional: { pageSize: int32, pageNumber: int32, total: int64, pageCount: int32 },
    lists: { entities: list(UserLicenses) }
  })
} satisfies { readonly [name: string]: Bodies }
