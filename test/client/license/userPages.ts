/** What tests of the stream of users share: a server with pages, and what reads them. */
import { Drift, GenesysError, NotFound, PagePosition } from "@genesys-license/client"
import type { UserStreamOptions } from "@genesys-license/client"
import type { UserLicensesEntityListing } from "@genesys-license/schema/license/User"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as UserStream from "../../../packages/client/src/license/UserStream.ts"

export type GetPage = Parameters<typeof UserStream.make>[0]

/** Pages of 100 users unless a test says otherwise: that they find their size has tests of its own. */
export const readUsers = (getPage: GetPage, options?: UserStreamOptions) =>
  UserStream.make(getPage).users({ pageSize: 100, ...options })
export const readPages = (getPage: GetPage, options?: UserStreamOptions) =>
  UserStream.make(getPage).userPages({ pageSize: 100, ...options })

export const user = (id: number) => ({ id: `u${id}`, licenses: [] })
export const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
export const ids = (stream: Stream.Stream<{ readonly id: string }, GenesysError>) =>
  stream.pipe(
    Stream.map(({ id }) => Number(id.slice(1))),
    Stream.runCollect
  )

/** A list of pages, and what was read of it. */
export const list = (
  page: (pageNumber: number, pageSize: number) => Partial<UserLicensesEntityListing>,
  delay: (pageNumber: number) => number = () => 10
) => {
  const read: Array<number> = []
  const now = { reading: 0, most: 0 }
  const getPage = ({ pageNumber, pageSize }: { readonly pageNumber: number; readonly pageSize: number }) =>
    Effect.gen(function* () {
      read.push(pageNumber)
      now.most = Math.max(now.most, ++now.reading)
      yield* Effect.sleep(delay(pageNumber))
      now.reading -= 1
      return { entities: [], ...page(pageNumber, pageSize) } as UserLicensesEntityListing
    })
  return { getPage, read, now }
}

export const whole = (total: number) => (pageNumber: number, pageSize: number) => ({
  entities: numbers((pageNumber - 1) * pageSize, Math.min(total, pageNumber * pageSize)).map(user),
  pageNumber,
  pageSize,
  total,
  pageCount: Math.ceil(total / pageSize)
})

export const position = (pageNumber: number): PagePosition => ({
  pageNumber,
  pageSize: 100,
  ahead: [],
  expected: 200,
  drift: { ...Drift.none, users: 200 }
})

export const pageOf = (all: ReadonlyArray<number>, pageNumber: number, pageSize: number) => ({
  ...whole(all.length)(pageNumber, pageSize),
  entities: all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map(user)
})

/** The same list, some of whose pages fail at once. */
export const failOn =
  (getPage: ReturnType<typeof list>["getPage"], fails: (pageNumber: number) => boolean): typeof getPage =>
  (query) =>
    Effect.suspend(() =>
      fails(query.pageNumber)
        ? Effect.fail(
            new GenesysError({
              operation: "getLicenseUsers",
              reason: new NotFound({}),
              attempts: 3,
              correlationId: `c-${query.pageNumber}`
            })
          )
        : getPage(query)
    ) as ReturnType<typeof getPage>

export const throughJson = (position: PagePosition): PagePosition =>
  Schema.decodeUnknownSync(PagePosition)(JSON.parse(JSON.stringify(Schema.encodeSync(PagePosition)(position))))
