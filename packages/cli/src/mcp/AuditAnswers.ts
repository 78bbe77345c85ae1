/**
 * Answers about the whole organization: its licenses, who holds them, and which roles need
 * them.
 */
import type { Activity } from "@genesys-license/admin/look/Activity"
import * as Audit from "@genesys-license/admin/look/Audit"
import * as RoleFindings from "@genesys-license/admin/look/RoleFindings"
import * as RoleReport from "@genesys-license/admin/look/RoleReport"
import * as People from "@genesys-license/admin/people/People"
import { LicenseService } from "@genesys-license/client/LicenseService"
import * as Effect from "effect/Effect"
import * as Answer from "./Answer.ts"
import { defaults } from "./Tools.ts"

/** The licenses of the organization, with the ids that other tools take. */
export const licenses = Effect.map(
  LicenseService.use(({ getDefinitions }) => getDefinitions),
  (definitions) =>
    Answer.first(
      definitions.map(({ description, id }) => ({ licenseId: id, ...(description !== undefined && { description }) })),
      Answer.most
    )
)

/** Who holds which license, and problems. */
export const audit = Effect.fnUntraced(function* (question: {
  readonly idleDays?: number
  readonly roles?: boolean
  readonly limit?: number
}) {
  const { limit: listed = defaults.audit } = question
  const roles = question.roles === true ? yield* RoleFindings.read({ listed }) : undefined
  // An audit without names is better than none, because counts need no names.
  const directory = yield* People.read().pipe(
    Effect.map((people) => ({ people, note: undefined })),
    Effect.catchReason("GenesysError", "Forbidden", (_, error) =>
      Effect.succeed({ people: undefined, note: `Names and logins are left out. ${Answer.sentence(error)}` })
    )
  )
  const { people } = directory
  const audit = yield* Audit.run({ people, inactiveDays: question.idleDays, listed, roles })

  const named = (userIds: ReadonlyArray<string>) =>
    userIds.map((userId) => Answer.who(people?.of(userId) ?? { userId }))
  const found = <F extends Audit.Found>({ userIds, ...finding }: F) => ({ ...finding, people: named(userIds) })
  const all = <F extends Audit.Found>(findings: ReadonlyArray<F>) => Answer.first(findings.map(found), Answer.most)
  const counted = audit.licenses.map(({ isDefined, licenseId, share, users }) => ({
    licenseId,
    users,
    share,
    isDefined
  }))
  return {
    users: audit.users,
    unlicensed: found({ users: audit.unlicensed, userIds: audit.unlicensedUserIds }),
    licenses: Answer.first(counted, Answer.most),
    combinations: Answer.first(audit.combinations, listed),
    overlaps: all(audit.overlaps),
    unmetPrerequisites: all(audit.unmetPrerequisites),
    undefinedLicenses: all(audit.undefinedLicenses),
    unheld: audit.unheld,
    ...(audit.activity && { activity: active(audit.activity) }),
    ...(audit.roles && {
      roles: { ...audit.roles, unneeded: all(audit.roles.unneeded), missing: all(audit.roles.missing) }
    }),
    ...Answer.moved(audit.drift),
    caveats: directory.note === undefined ? audit.caveats : [directory.note, ...audit.caveats]
  }
})

/** Leaves out the numbers about a CSV, because there is none here. */
const active = (activity: Activity) => ({
  asOf: activity.asOf,
  idleDays: activity.inactiveDays,
  idle: activity.inactive,
  noLoginKnown: activity.noLoginKnown,
  notActive: activity.notActive,
  couldGiveBack: activity.couldGiveBack,
  licenses: Answer.first(activity.licenses, Answer.most),
  divisions: Answer.first(activity.divisions, Answer.most)
})

/** The roles, and the licenses that each needs. */
export const roles = Effect.fnUntraced(function* (question: {
  readonly name?: string
  readonly license?: string
  readonly people?: number
  readonly limit?: number
}) {
  const { license, limit = defaults.roles, name = "", people = 0 } = question
  const report = yield* RoleReport.run({ listed: people })
  const matching = report.roles.filter(
    (role) =>
      Answer.includes(role.name ?? "", name) &&
      (license === undefined || role.costs.some(({ licenseId }) => licenseId === license))
  )
  const { items, ...counts } = Answer.first(matching, limit)
  return {
    activeUsers: report.people,
    usersWithUnknownRoles: report.unknown,
    ...counts,
    roles: items.map(({ costs, listed, people: count, ...role }) => ({
      ...role,
      activeUsers: count,
      ...(people > 0 && { people: listed }),
      needs: costs.map(({ licenseId, permissions }) => ({
        licenseId,
        permissions: Answer.first(permissions, Answer.mostReasons)
      }))
    })),
    ...Answer.moved(report.drift)
  }
})
