/**
 * Answers about people: who matches a question, who a user is, and why a user holds each
 * license.
 */
import { fail, UnknownLicenses } from "@genesys-license/admin/AdminError"
import * as Why from "@genesys-license/admin/look/Why"
import * as Emails from "@genesys-license/admin/people/Emails"
import * as Directory from "@genesys-license/admin/people/Directory"
import * as People from "@genesys-license/admin/people/People"
import * as Profile from "@genesys-license/admin/people/Profile"
import * as UserIdCell from "@genesys-license/admin/people/UserIdCell"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import { UserService } from "@genesys-license/client/UserService"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as Stream from "effect/Stream"
import { Misused } from "../terminal/Ending.ts"
import * as Answer from "./Answer.ts"
import { defaults } from "./Tools.ts"

export interface Question {
  readonly name?: string
  readonly email?: string
  readonly department?: string
  readonly division?: string
  readonly manager?: string
  readonly state?: string
  readonly license?: string
  readonly idleDays?: number
  readonly noLoginKnown?: boolean
  readonly limit?: number
}

const dayMillis = 24 * 60 * 60 * 1000

/** Everybody who matches all filters of the question. */
export const find = Effect.fnUntraced(function* ({ limit = defaults.people, ...question }: Question) {
  const { idleDays, license } = question
  const licenses = yield* LicenseService
  const defined = license === undefined ? [] : (yield* licenses.getDefinitions).map(({ id }) => id)
  const people = yield* People.read()
  const now = yield* Clock.currentTimeMillis
  const since = idleDays === undefined ? undefined : now - idleDays * dayMillis
  const found: Array<Profile.Profile & { readonly licenses: ReadonlyArray<string> }> = []
  let isHeld = false
  let withoutLogin = 0
  yield* Stream.runForEach(licenses.userPages(), ({ users }) =>
    // A license holder who is not in the directory may have left, so look them up.
    Effect.map(people.lookUp(users.filter(({ licenses }) => licenses.length > 0).map(({ id }) => id)), () => {
      for (const user of users) {
        const held = license === undefined || user.licenses.includes(license)
        isHeld ||= held
        const profile = people.of(user.id) ?? { userId: user.id }
        if (!held || !isMatch(profile, question)) continue
        if (since === undefined || (profile.lastLogin !== undefined && profile.lastLogin < since)) {
          found.push({ ...profile, licenses: user.licenses })
        } else if (profile.lastLogin === undefined) withoutLogin += 1
      }
    })
  )
  if (license !== undefined && !isHeld && !defined.includes(license)) {
    return yield* fail(new UnknownLicenses({ licenseIds: [license], defined }))
  }
  const { items, ...counts } = Answer.first(found.sort(longestIdleFirst), limit)
  return {
    ...counts,
    people: items.map(({ licenses, ...profile }) => ({ ...Profile.readable(profile), licenses })),
    ...(since !== undefined && { noLoginKnown: withoutLogin })
  }
})

/** Users whose last login is not known come last. */
const longestIdleFirst = Order.mapInput(
  Order.Number,
  ({ lastLogin }: Profile.Profile) => lastLogin ?? Number.MAX_SAFE_INTEGER
)

const isMatch = (profile: Profile.Profile, { noLoginKnown, state, ...question }: Question) =>
  (["name", "email", "department", "division", "manager"] as const).every((field) =>
    Answer.includes(profile[field] ?? "", question[field] ?? "")
  ) &&
  (state === undefined || profile.state === state) &&
  (noLoginKnown !== true || profile.lastLogin === undefined)

/** Who a user is, and which licenses the user holds. */
export const person = Effect.fnUntraced(function* (named: string) {
  const userId = yield* idOf(named)
  const { id, licenses } = yield* known(
    named,
    LicenseService.use(({ getUser }) => getUser(userId))
  )
  const profile = yield* profileOf(id)
  const manager = profile?.manager === undefined ? undefined : yield* profileOf(profile.manager)
  const called = manager && Profile.called(manager)
  return {
    ...Profile.readable({ ...(profile ?? { userId: id }), ...(called !== undefined && { manager: called }) }),
    licenses: licenses.map(({ description, id }) => ({
      licenseId: id,
      ...(description !== undefined && { description })
    }))
  }
})

/** Why a user holds each license. */
export const why = Effect.fnUntraced(function* (named: string) {
  const userId = yield* idOf(named)
  const found = yield* UserService.use(({ byId }) => byId([userId], { expand: ["authorization", "groups"] }))
  const { licenses, ...who } = yield* known(named, Why.run(userId, [...found.values()][0]))
  return {
    ...who,
    licenses: licenses.map(({ roles, ...license }) => ({
      ...license,
      roles: roles.map(({ permissions, ...role }) => ({
        ...role,
        permissions: Answer.first(permissions, Answer.mostReasons)
      }))
    }))
  }
})

const idOf = Effect.fnUntraced(function* (named: string) {
  const text = UserIdCell.read(named)
  if (!UserIdCell.isEmail(text)) return text
  const found = (yield* Emails.lookUp([text])).get(Emails.sameness(text))
  return found ?? (yield* nobody(named))
})

const profileOf = (userId: string) =>
  Effect.map(Directory.byId([userId]), (profiles) => profiles.get(UserIdCell.sameness(userId)))

const nobody = (named: string) =>
  new Misused({
    message: `There is no user ${JSON.stringify(named)} in this organization. For a deleted user, pass the id.`
  })

const known = <A, R>(named: string, effect: Effect.Effect<A, GenesysError, R>) =>
  Effect.catchReason(effect, "GenesysError", "NotFound", () => nobody(named))
