/** What tests of an apply share: a plan, and what is done to the organization meanwhile. */
import { Forbidden, GenesysError, LicenseService } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Apply from "../../../packages/admin/src/change/Apply.ts"
import * as Planning from "../../../packages/admin/src/change/Planning.ts"
import { user } from "../organization.ts"

export const path = "journal.ndjson"
export const quietly = { journal: path, confirm: Apply.withoutAsking }

export const users = [user("a"), user("b", "wallboardUser"), user("c", "communicate"), user("d")]
/** Gives cloudCX2 to a, b and d, takes communicate from c. */
export const plan = Planning.make({
  assignments: [
    ...["a", "b", "d"].map((userId) => ({ userId, licenseId: "cloudCX2", state: "present" as const })),
    { userId: "c", licenseId: "communicate", state: "absent" }
  ],
  exactly: []
})
export const applied = { a: ["cloudCX2"], b: ["cloudCX2", "wallboardUser"], c: [], d: ["cloudCX2"] }

export const change = (userId: string, licenseId: string, isHeld: boolean) =>
  Effect.gen(function* () {
    const { organization } = yield* Emulator
    yield* organization.updateUsers((users) =>
      users.map((user) =>
        user.id !== userId
          ? user
          : {
              ...user,
              licenses: isHeld ? [...user.licenses, licenseId] : user.licenses.filter((id) => id !== licenseId)
            }
      )
    )
  })

export const writes = Effect.gen(function* () {
  const { journal } = yield* Emulator
  return (yield* journal.requests).filter(({ operation }) => operation === "postLicenseOrganization").length
})

/** The service, but for the answers to changes. */
export const answering = (answer: LicenseService["Service"]["updateAssignments"]) =>
  Effect.updateService(LicenseService, (license) => ({ ...license, updateAssignments: answer }))

export const forbidden = new GenesysError({
  operation: "postLicenseOrganization",
  reason: new Forbidden({ permissions: ["authorization:grant:add"] })
})
export const failing = Effect.fail(forbidden)

export const lost = (userId: string, licenseId: string, change: "add" | "remove") =>
  ({ _tag: "Unknown", userId, licenseId, change }) as const
