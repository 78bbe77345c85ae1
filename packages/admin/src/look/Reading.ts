/**
 * Reading the whole organization, page by page, told to whoever waits for it.
 */
import type { Drift } from "@genesys-license/client/Drift"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import type { Options as UserStreamOptions } from "@genesys-license/client/UserStream"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Some users, and what was seen to move while all up to them were read. */
export interface Page {
  readonly users: ReadonlyArray<UserLicenses>
  readonly drift?: Drift
}

/** How far it is. */
export interface Progress {
  readonly users: number
  /** As the server counts them; absent where it does not. */
  readonly total?: number
}

export interface Options {
  /** Hears how far it is, after each page. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
  /** How the pages are read. */
  readonly read?: UserStreamOptions | undefined
}

/** All users, each once. */
export const pages = ({ onProgress, read }: Options): Stream.Stream<Page, GenesysError, LicenseService> =>
  Stream.unwrap(LicenseService.useSync((license) => license.userPages(read))).pipe(
    Stream.tap(({ drift: { total, users } }) =>
      onProgress === undefined ? Effect.void : onProgress({ users, ...(total !== undefined && { total }) })
    )
  )

/** Does something with all users, page by page; tells what moved meanwhile. */
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
