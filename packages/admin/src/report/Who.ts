/**
 * A collapsed list of users inside a table cell, for findings with few users each.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import * as Profile from "../people/Profile.ts"
import { andMore, type Content, count, markup, named, number, some } from "./Markup.ts"

export interface Found {
  readonly users: number
  readonly userIds: ReadonlyArray<UserId>
}

export interface Options {
  /** How many users to name for each finding. */
  readonly listed: number
  /** The known profiles, by user id. */
  readonly known: ReadonlyMap<UserId, Profile.Readable>
}

/** Whether any finding has a user to name. */
export const hasNames = (found: ReadonlyArray<Found>, { listed }: Options): boolean =>
  listed > 0 && found.some(({ userIds }) => userIds.length > 0)

export const who = ({ userIds, users }: Found, { known, listed }: Options): Content => {
  const { first } = some(userIds, listed)
  if (first.length === 0) return undefined
  const more = andMore(users - first.length, "user")
  const summary = first.length < users ? `${number(first.length)} of ${count(users, "user")}` : count(users, "user")
  return markup`<details><summary>${summary}</summary>
<ul class="who">${first.map((id) => markup`<li>${nameOf(known.get(id)) ?? markup`<span class="id">${named(id)}</span>`}</li>\n`)}</ul>${more !== false && markup`<span class="more">${more}</span>`}</details>`
}

/** A user without an e-mail address is shown with the id, because two people may have the same name. */
const nameOf = ({ email, name, userId }: Partial<Profile.Readable> = {}): Content => {
  if (userId === undefined || (name === undefined && email === undefined)) return undefined
  const text = Profile.addressed({ ...(name !== undefined && { name }), ...(email !== undefined && { email }) })
  return email === undefined ? markup`${named(text)} <span class="id">${named(userId)}</span>` : named(text)
}
