/** What tests of assignments share: changes, and what the emulator says to them. */
import { AssignmentOutcome } from "@genesys-license/client"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import type { LicenseAssignmentRequest } from "@genesys-license/schema/license/Assignment"
import * as Effect from "effect/Effect"
import type { Sent } from "../../support/Wire.ts"
import { type Answer } from "../answers.ts"
import { type Server } from "../clients.ts"

export interface Change {
  readonly licenseId: string
  readonly userId: string
  readonly change: "add" | "remove"
}

export const add = (licenseId: string, ...userIdsAdd: ReadonlyArray<string>) => ({
  licenseId,
  userIdsAdd,
  userIdsRemove: []
})
export const remove = (licenseId: string, ...userIdsRemove: ReadonlyArray<string>) => ({
  licenseId,
  userIdsAdd: [],
  userIdsRemove
})
export const ids = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`)

export const asked = ({ body }: Pick<Sent, "body">): ReadonlyArray<LicenseAssignmentRequest> =>
  JSON.parse(body).assignments
/** The changes of a request, with add before remove in each assignment. */
export const changesOf = (assignments: ReadonlyArray<LicenseAssignmentRequest>): ReadonlyArray<Change> =>
  assignments.flatMap(({ licenseId, userIdsAdd, userIdsRemove }) => [
    ...userIdsAdd.map((userId) => ({ licenseId, userId, change: "add" as const })),
    ...userIdsRemove.map((userId) => ({ licenseId, userId, change: "remove" as const }))
  ])

/** These licenses, and users who hold none of them. */
export const organizationOf = (licenseIds: ReadonlyArray<string>, userIds: ReadonlyArray<string>) => ({
  definitions: licenseIds.map((id) => ({ id, prerequisites: [], comprises: [] })),
  users: userIds.map((id) => ({ id, licenses: [] }))
})
export const organization = organizationOf(["b", "c", "cloudCX2", "cloudCX3"], ["a", "b", "c", "d", "e", ...ids(300)])
/** Who holds a license now. */
export const holders = (server: Server, licenseId: string) =>
  Effect.map(server.organization.users, (users) =>
    users.flatMap(({ id, licenses }) => (licenses.includes(licenseId) ? [id] : []))
  )

/** The right answer, with another text for the first change. */
export const saying = (result: string): Fault => ({
  type: "patch",
  operations: [{ op: "replace", path: "/0/result", value: result }]
})
/** The tokens end, the one of the request too. */
export const revoked: Answer = [{ type: "revoke" }]
export const tooManyForHours: Answer = [{ type: "status", status: 429, retryAfter: 10_800 }]

export const tags = (outcomes: ReadonlyArray<AssignmentOutcome>) => outcomes.map(({ _tag }) => _tag)
export const times = <A>(count: number, value: A) => Array.from({ length: count }, () => value)
