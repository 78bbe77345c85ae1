/**
 * Streams of all users with their licenses, over the pages of `getLicenseUsers`.
 */
import * as Stream from "effect/Stream"
import type { UserLicenses } from "../Models.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import type { Page } from "../paging/Page.ts"
import * as Pages from "../paging/Pages.ts"
import * as PageSize from "../paging/PageSize.ts"

/** Options for reading the list of users. */
export type Options = Pages.Options

/** One page of users with their licenses. */
export interface UserPage extends Omit<Page<UserLicenses>, "entities"> {
  /** The users of the page that were not delivered before. May be empty. */
  readonly users: ReadonlyArray<UserLicenses>
}

export interface UserStream {
  /** All users, one element each. */
  readonly users: (options?: Options) => Stream.Stream<UserLicenses, GenesysError>
  /** All pages, one element each. */
  readonly userPages: (options?: Options) => Stream.Stream<UserPage, GenesysError>
}

/** The streams of one client. `getPage` requests one page. */
export const make = (getPage: Pages.List<UserLicenses>["getPage"]): UserStream => {
  const list = { operation: "getLicenseUsers", getPage, pageSize: PageSize.make() }
  return {
    users: (options) => Pages.entities(list, options),
    userPages: (options) => Stream.map(Pages.pages(list, options), userPage)
  }
}

const userPage = ({ entities, ...page }: Page<UserLicenses>): UserPage => ({ users: entities, ...page })
