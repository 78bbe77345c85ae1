/**
 * The bodies of users, roles, the organization and billing. See `bodies.ts`.
 */
import * as fc from "fast-check"
import { type Bodies, boolean, date, double, int32, int64, list, object, string } from "./generators.ts"

const page = (entity: Bodies) =>
  object({
    optional: { pageSize: int32, pageNumber: int32, total: int64, pageCount: int32 },
    lists: { entities: list(entity) }
  })

const reference = object({ required: { id: string }, optional: { name: string } })

const PermissionPolicy = object({
  optional: { domain: string, entityName: string, allowConditions: boolean },
  lists: { actionSet: list(string) }
})

const Role = object({
  required: { id: string },
  optional: {
    name: string,
    description: string,
    defaultRoleId: string,
    default: boolean,
    permissionPolicies: list(PermissionPolicy),
    unusedPermissions: list(string),
    userCount: int32
  }
})

const Grant = object({
  required: { id: string },
  optional: { name: string, type: string },
  lists: { divisions: list(reference) }
})

const UserAuthorization = object({ optional: { unusedRoles: list(reference) }, lists: { roles: list(reference) } })

/** The object of the contract, and the bare date. Without a date it is nothing. */
const lastTokenIssued = fc.oneof(
  object({ optional: { dateIssued: date } }).map((body) => ({
    ...body,
    read: (body.read as { readonly dateIssued?: string }).dateIssued === undefined ? undefined : body.read
  })),
  date.map((body) => ({ ...body, read: body.read === undefined ? undefined : { dateIssued: body.read } }))
)

const Person = object({
  required: { id: string },
  optional: {
    name: string,
    email: string,
    username: string,
    department: string,
    title: string,
    state: string,
    division: reference,
    manager: reference,
    dateLastLogin: date,
    lastTokenIssued,
    groups: list(reference),
    authorization: UserAuthorization
  }
})

const BillingUsageResource = object({ optional: { name: string, date } })
const BillingUsage = object({
  optional: { name: string, totalUsage: string },
  lists: { resources: list(BillingUsageResource) }
})

const BillingProduct = object({ optional: { id: string, sku: string, name: string, unitOfMeasure: string } })
const BillingPlanItem = object({
  optional: {
    name: string,
    quantity: double,
    price: double,
    overagePrice: double,
    discountAmount: double,
    currencyIsoCode: string
  }
})
const BillingPlan = object({
  optional: { id: string, name: string, product: BillingProduct },
  lists: { items: list(BillingPlanItem) }
})
const period = { required: { id: string }, optional: { dateStart: date, dateEnd: date, status: string } }
const BillingContract = object({
  required: { id: string },
  optional: { ...period.optional, externalNumber: string },
  lists: { billingPeriods: list(object(period)), plans: list(BillingPlan) }
})
const BillingCharge = object({
  optional: {
    id: string,
    name: string,
    product: BillingProduct,
    prepaidQuantity: double,
    fairuseQuantity: double,
    actualQuantity: double,
    overageQuantity: double,
    overageRate: double,
    overageCharge: double,
    overageCurrency: string
  }
})

export const bodies = {
  BillingCharge,
  BillingContract,
  BillingContractListing: object({ optional: { nextUri: string }, lists: { entities: list(BillingContract) } }),
  BillingContractPeriod: object(period),
  BillingContractPeriodDetail: object({ ...period, lists: { charges: list(BillingCharge) } }),
  BillingPlan,
  BillingPlanItem,
  BillingProduct,
  BillingUsage,
  BillingUsageReport: object({
    optional: { startDate: date, endDate: date, status: string },
    lists: { usages: list(BillingUsage) }
  }),
  BillingUsageResource,
  Division: reference,
  Grant,
  GroupReference: reference,
  OAuthLastTokenIssued: object({ required: { dateIssued: string.filter(({ read }) => read !== "") } }),
  Organization: object({
    required: { id: string },
    optional: {
      name: string,
      thirdPartyOrgName: string,
      domain: string,
      defaultCountryCode: string,
      state: string,
      productPlatform: string
    }
  }),
  OrganizationRoleEntityListing: page(Role),
  PermissionPolicy,
  Person,
  Role,
  RoleReference: reference,
  SubjectDivisionGrantsEntityListing: page(Grant),
  UserAuthorization,
  UserCursorEntityListing: object({
    optional: { results: int32, cursor: string, nextUri: string },
    lists: { entities: list(Person) }
  }),
  UserEntityListing: page(Person),
  UserReference: reference
} satisfies { readonly [name: string]: Bodies }
