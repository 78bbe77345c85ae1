import { describe, expect, it } from "@effect/vitest"

describe("the public names", () => {
  it("of schema are these", async () => {
    expect(Object.keys(await import("@genesys-license/schema")).sort()).toMatchInlineSnapshot(`
      [
        "AddressableLicenseDefinition",
        "Authorization",
        "AuthorizationCodeGrant",
        "BillingApi",
        "BillingCharge",
        "BillingContract",
        "BillingContractListing",
        "BillingContractPeriod",
        "BillingContractPeriodDetail",
        "BillingPlan",
        "BillingPlanItem",
        "BillingProduct",
        "BillingUsage",
        "BillingUsageReport",
        "BillingUsageResource",
        "ClientCredentialsGrant",
        "Detail",
        "Division",
        "ErrorBody",
        "GenesysCloudApi",
        "Grant",
        "GroupReference",
        "HeldLicenseIds",
        "LicenseApi",
        "LicenseAssignmentRequest",
        "LicenseBatchAssignmentRequest",
        "LicenseDefinition",
        "LicenseId",
        "LicenseOrgToggle",
        "LicenseUpdateStatus",
        "LicenseUser",
        "Limit",
        "OAuthLastTokenIssued",
        "Operation",
        "Organization",
        "OrganizationApi",
        "OrganizationRoleEntityListing",
        "PathSegment",
        "PermissionId",
        "PermissionPolicy",
        "Permissions",
        "Person",
        "RefreshTokenGrant",
        "Role",
        "RoleId",
        "RoleReference",
        "RolesApi",
        "Saml2BearerGrant",
        "SubjectDivisionGrantsEntityListing",
        "TokenError",
        "TokenRequest",
        "TokenResponse",
        "UserAuthorization",
        "UserCursorEntityListing",
        "UserEntityListing",
        "UserId",
        "UserLicenses",
        "UserLicensesById",
        "UserLicensesEntityListing",
        "UserReference",
        "UsersApi",
        "documentedErrors",
        "domainOf",
        "errorStatuses",
        "isRegion",
        "pathSegmentProblem",
        "regions",
        "userExpansions",
        "userStates",
      ]
    `)
  })

  it("of client are these", async () => {
    expect(Object.keys(await import("@genesys-license/client")).sort()).toMatchInlineSnapshot(`
      [
        "AssignmentChange",
        "AssignmentOutcome",
        "AuthenticationFailed",
        "BillingService",
        "CircuitOpen",
        "ConnectionFailed",
        "CurrentCallOptions",
        "CurrentOperation",
        "Drift",
        "Forbidden",
        "GenesysCloud",
        "GenesysError",
        "GenesysTransport",
        "InvalidConfiguration",
        "InvalidRequest",
        "LicenseService",
        "NetworkLogin",
        "NotFound",
        "NotReady",
        "OrganizationService",
        "OutcomeUnknown",
        "PagePosition",
        "RateLimited",
        "Reason",
        "Refused",
        "ResponseTooLarge",
        "RoleService",
        "ServerError",
        "Timeout",
        "Unauthorized",
        "UnexpectedRedirect",
        "UnexpectedResponse",
        "UserService",
        "defaults",
        "layerRateLimiter",
        "layerWith",
        "withCallOptions",
      ]
    `)
  })

  it("of emulator are these", async () => {
    expect(Object.keys(await import("@genesys-license/emulator")).sort()).toMatchInlineSnapshot(`
      [
        "Catalog",
        "ControlApi",
        "Emulator",
        "EmulatorClock",
        "ExpectationFailed",
        "Fault",
        "FaultRule",
        "Faults",
        "Gateway",
        "Journal",
        "OAuth",
        "Organization",
        "OrganizationDocument",
        "RateWindow",
        "Refusal",
        "State",
        "defaultClient",
        "defaultClientId",
        "defaultClientSecret",
        "defaultRateLimit",
      ]
    `)
  })

  it("of undici are these", async () => {
    const { UndiciHttpClient, ...others } = await import("@genesys-license/undici")
    expect(Object.keys(UndiciHttpClient).sort()).toEqual(["layer", "layerAgent", "layerProxy", "make"])
    expect(others).toEqual({})
  })

  it("of admin are these", async () => {
    expect(Object.keys(await import("@genesys-license/admin")).sort()).toMatchInlineSnapshot(`
      [
        "AdminError",
        "AmbiguousEmail",
        "AmbiguousNames",
        "AmbiguousRole",
        "Apply",
        "Audit",
        "BilledUsage",
        "Bought",
        "ChargeMap",
        "CompactSnapshot",
        "Compare",
        "ComparePage",
        "Contracts",
        "Corrupted",
        "Desired",
        "Directory",
        "DiskFull",
        "Emails",
        "FileFailed",
        "FleetFigures",
        "FleetPage",
        "FleetRecord",
        "FleetRun",
        "FleetSummary",
        "Html",
        "InputFolder",
        "InvalidInput",
        "Journal",
        "JournalFile",
        "JournalInUse",
        "JournalMismatch",
        "JournalTakenOver",
        "Measures",
        "NamedPeople",
        "NewerVersion",
        "NotConfirmed",
        "OneLicense",
        "OrganizationIdentity",
        "Organizations",
        "People",
        "Plan",
        "PlanFolder",
        "Planning",
        "PriceList",
        "Profile",
        "Reason",
        "Relations",
        "RoleCost",
        "RoleDirectory",
        "RoleFindings",
        "RoleReport",
        "SeatPrices",
        "SecretMissing",
        "Secrets",
        "Sheet",
        "Sheets",
        "Snapshot",
        "SnapshotFolder",
        "StalePlan",
        "TooManyChanges",
        "Undo",
        "UnknownLicenses",
        "UnknownRole",
        "UnknownUsers",
        "UserFacts",
        "Why",
        "WrongOrganization",
      ]
    `)
  })

  it("of cluster are these", async () => {
    expect(Object.keys(await import("@genesys-license/cluster")).sort()).toMatchInlineSnapshot(`
      [
        "ClusterError",
        "Database",
        "Job",
        "Jobs",
        "JournalSql",
        "Lease",
        "LimitStore",
        "Nightly",
        "Runs",
        "Settings",
        "Worker",
      ]
    `)
  })

  it("of the emulator on a socket are these", async () => {
    expect(Object.keys(await import("@genesys-license/emulator/Server")).sort()).toMatchInlineSnapshot(`
      [
        "CannotListen",
        "RemoteHostRefused",
        "Server",
      ]
    `)
  })

  it("of client do not reach into its transport", async () => {
    const transport = "@genesys-license/client/transport/Retry"
    await expect(import(transport)).rejects.toThrow()
  })
})
