/**
 * The license definitions, roles and groups of a generated organization. The license ids are those of
 * real organizations.
 *
 * Real definitions list up to about 275 permissions. These list only enough to tell the licenses
 * apart. `gcSTAupgrade` and `gc2WEMupgrade` share permissions on purpose: both add-ons grant speech
 * and text analytics.
 */
import type { LicenseDefinition, PermissionId, RoleId } from "../Models.ts"

/** A role. Each of the three parts of a permission may be `*`. */
export interface Role {
  /** The id, to which grants and OAuth clients refer. */
  readonly id: RoleId
  /** The display name. */
  readonly name: string
  /** The permissions of the role. */
  readonly permissions: ReadonlyArray<PermissionId>
}

/** A group. Its members have its roles. */
export interface Group {
  /** The id, to which people refer. */
  readonly id: string
  /** The display name. */
  readonly name: string
  /** The roles of all members. */
  readonly roles: ReadonlyArray<RoleId>
}

const define = (
  id: string,
  description: string,
  permissions: ReadonlyArray<PermissionId>,
  relations: {
    readonly comprises?: ReadonlyArray<LicenseDefinition>
    readonly prerequisites?: ReadonlyArray<LicenseDefinition>
  } = {}
): LicenseDefinition => ({
  id,
  description,
  permissions: { ids: permissions },
  prerequisites: (relations.prerequisites ?? []).map(({ id }) => ({ id, selfUri: selfUri(id) })),
  comprises: relations.comprises ?? [],
  selfUri: selfUri(id)
})

const selfUri = (id: string) => `/api/v2/license/definitions/${id}`

const collaboratePro = define("collaboratePro", "Collaborate", [
  "chat:chat:access",
  "directory:group:view",
  "directory:organization:view",
  "directory:user:view",
  "directory:userProfile:view"
])

const communicate = define(
  "communicate",
  "Genesys Cloud Communicate",
  [
    "conversation:call:add",
    "conversation:communication:blindTransfer",
    "conversation:communication:consultTransfer",
    "fax:document:view",
    "telephony:phone:view",
    "voicemail:voicemail:view"
  ],
  { comprises: [collaboratePro] }
)

const cloudCX2 = define(
  "cloudCX2",
  "Genesys Cloud CX 2",
  [
    "analytics:conversationDetail:view",
    "analytics:queueObservation:view",
    "architect:flow:view",
    "conversation:email:create",
    "conversation:message:create",
    "conversation:webchat:accept",
    "outbound:campaign:view",
    "quality:evaluation:view",
    "recording:recording:view",
    "routing:queue:join",
    "routing:queue:member",
    "routing:queue:view",
    "scripter:publishedScript:view"
  ],
  { comprises: [communicate] }
)

const cloudCX3 = define(
  "cloudCX3",
  "Genesys Cloud CX 3",
  [
    "coaching:appointment:view",
    "gamification:leaderboard:view",
    "gamification:profile:view",
    "journey:session:view",
    "learning:assignment:view",
    "performance:insights:view"
  ],
  { comprises: [cloudCX2] }
)

const speechAndText = [
  "speechAndTextAnalytics:category:view",
  "speechAndTextAnalytics:data:view",
  "speechAndTextAnalytics:sentimentFeedback:view",
  "speechAndTextAnalytics:topic:view"
]

/** The license definitions of a generated organization. A cheaper license comes before a more expensive one. */
export const definitions: ReadonlyArray<LicenseDefinition> = [
  collaboratePro,
  communicate,
  cloudCX2,
  cloudCX3,
  define("wallboardUser", "Wallboard User", [
    "analytics:agentObservation:view",
    "analytics:dashboardConfigurations:view",
    "wallboard:wallboard:view"
  ]),
  define("gcSTAupgrade", "Speech and Text Analytics Upgrade", [...speechAndText, "billing:user:staUpgrade"], {
    prerequisites: [cloudCX2]
  }),
  define(
    "gc2WEMupgrade",
    "Genesys Cloud CX 2 WEM Upgrade",
    [
      ...speechAndText,
      "wfm:agentSchedule:view",
      "wfm:historicalAdherence:view",
      "wfm:schedule:view",
      "wfm:shortTermForecast:view"
    ],
    { prerequisites: [cloudCX2] }
  ),
  define("agentAssistLicense", "Agent Assist", ["assistants:assistant:view", "assistants:copilot:view"], {
    prerequisites: [cloudCX2]
  }),
  define("agentAssistOmniLicense", "Agent Assist Omnichannel", ["assistants:queue:view"], {
    prerequisites: [cloudCX2]
  }),
  define("cxCloudSF", "CX Cloud from Genesys and Salesforce", ["integration:salesforce:agent"]),
  define("cxCloudSN", "CX Cloud from Genesys and ServiceNow", ["integration:servicenow:agent"]),
  define("examplePremiumAppUserLicense", "Example Premium App", ["integration:examplePremiumApp:view"])
]

const role = (id: RoleId, name: string, permissions: ReadonlyArray<PermissionId>): Role => ({ id, name, permissions })

/** The roles of a generated organization. Every seed gives the same ids. */
export const roles: ReadonlyArray<Role> = [
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a01", "employee", ["directory:user:view", "chat:chat:access"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a02", "Communicate - User", ["directory:user:view", "conversation:call:add"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a03", "Agent", ["conversation:call:add", "routing:queue:join"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a04", "Supervisor", ["routing:queue:view", "performance:insights:view"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a05", "Speech Analyst", ["routing:queue:view", "billing:user:staUpgrade"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a06", "Planner", ["wfm:schedule:view", "wfm:shortTermForecast:view"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a07", "Wallboard", ["wallboard:wallboard:view"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a08", "Custom without permissions", []),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a09", "License Viewer", ["authorization:license:view"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a10", "Admin", ["authorization:grant:add", "authorization:license:view"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a11", "Quality Evaluator", ["quality:*:*", "recording:recording:view"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a12", "Workforce Manager", ["wfm:*:*"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a13", "Assisted Agent", ["assistants:assistant:view", "assistants:copilot:*"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a14", "Omnichannel Assist", ["assistants:queue:*"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a15", "Salesforce Agent", ["integration:salesforce:*"]),
  role("1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a16", "ServiceNow Agent", ["integration:servicenow:*"])
]

/** The groups of a generated organization. Every seed gives the same ids. */
export const groups: ReadonlyArray<Group> = [
  {
    id: "3c9e7d54-8a1f-4b62-8e03-5f2a9b4c6d01",
    name: "Everyone",
    roles: ["1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a01"]
  },
  {
    id: "3c9e7d54-8a1f-4b62-8e03-5f2a9b4c6d02",
    name: "Service Desk",
    roles: ["1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a03"]
  },
  {
    id: "3c9e7d54-8a1f-4b62-8e03-5f2a9b4c6d03",
    name: "Planning",
    roles: ["1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a03", "1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a12"]
  }
]
