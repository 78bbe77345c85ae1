/**
 * All users with their licenses, as streams over the pages of `getLicenseUsers`.
 */
import * as Stream from "effect/Stream"
import type { UserLicenses } from "../Models.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import type { Page } from "../paging/Page.ts"
import * as Pages from "../paging/Pages.ts"
import * as PageSize from "../paging/PageSize.ts"

/** How the list of users is read. */
export type Options = Pages.Options

/** One page of the list of users with their licenses, as it was read. */
export interface UserPage extends Omit<Page<UserLicenses>, "entities"> {
  /** The users of the page, without those that were delivered before. May be empty. */
  readonly users: ReadonlyArray<UserLicenses>
}

export interface UserStream {
  /** The users of the pages, one after the other. */
  readonly users: (options?: Options) => Stream.Stream<UserLicenses, GenesysError>
  /** One element for each page that is read. */
  readonly userPages: (options?: Options) => Stream.Stream<UserPage, GenesysError>
}

/** The streams of one client, over its requests of single pages. */
export const make = (getPage: Pages.List<UserLicenses>["getPage"]): UserStream => {
  const list = { operation: "getLicenseUsers", getPage, pageSize: PageSize.make() }
  return {
    users: (options) => Pages.entities(list, options),
    userPages: (options) => Stream.map(Pages.pages(list, options), userPage)
  }
}

const userPage = ({ entities, ...page }: Page<UserLicenses>): UserPage => ({ users: entities, ...page })
