import type { UserLicenses } from "@genesys-license/schema/license/User"
import type { Page } from "../paging/Page.ts"

/** One page of the list of users with their licenses, as it was read. */
export interface UserPage extends Omit<Page<UserLicenses>, "entities"> {
  /** The users of the page, without those that were delivered before. May be empty. */
  readonly users: ReadonlyArray<UserLicenses>
}
