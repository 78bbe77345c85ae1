/**
 * Reads all users of an organization page by page, and reports progress.
 */
import type { Drift } from "@genesys-license/client/Drift"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import type { Options as UserStreamOptions } from "@genesys-license/client/UserStream"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** A page of users, and the changes of the list that were seen so far. */
export interface Page {
  readonly users: ReadonlyArray<UserLicenses>
  readonly drift?: Drift
}

/** How many users are read. */
export interface Progress {
  readonly users: number
  /** The number of all users, if the server reports it. */
  readonly total?: number
}

export interface Options {
  /** Called after each page. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
  /** Options for reading the pages. */
  readonly read?: UserStreamOptions | undefined
}

/** All users, each once. */
export const pages = ({ onProgress, read }: Options): Stream.Stream<Page, GenesysError, LicenseService> =>
  Stream.unwrap(LicenseService.useSync((license) => license.userPages(read))).pipe(
    Stream.tap(({ drift: { total, users } }) =>
      onProgress === undefined ? Effect.void : onProgress({ users, ...(total !== undefined && { total }) })
    )
  )

/** Calls `f` with each page of users. Returns the changes of the list that were seen meanwhile. */
export const forEachPage = <E, R>(
  pages: Stream.Stream<Page, E, R>,
  f: (users: Page["users"]) => void
): Effect.Effect<Drift | undefined, E, R> =>
  Stream.runFold(
    pages,
    (): Drift | undefined => undefined,
    (before, { drift = before, users }) => {
      f(users)
      return drift
    }
  )
