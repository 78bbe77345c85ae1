/** undici with `JSON.parse`: the lower bound, without login, rate limit, timeout, retries or schema. */
import { Pool } from "undici"
import { pathOf } from "../organization.ts"
import type { Open } from "./contender.ts"

export const open: Open = async (port, organization) => {
  const pool = new Pool(`http://127.0.0.1:${port}`)
  const headers = { authorization: "Bearer token", accept: "application/json" }
  const get = async (path: string) => {
    const { body } = await pool.request({ method: "GET", path: `${pathOf(organization)}/api/v2/${path}`, headers })
    return JSON.parse(await body.text())
  }
  return {
    readAll: async (concurrency, pageSize) => {
      const found = { users: 0, licenses: 0 }
      let next = 1
      let pageCount = 1
      const read = async () => {
        const page = await get(`license/users?pageNumber=${next++}&pageSize=${pageSize}`)
        for (const user of page.entities) {
          found.users += 1
          found.licenses += user.licenses.length
        }
        pageCount = page.pageCount
      }
      await read()
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          while (next <= pageCount) await read()
        })
      )
      return found
    },
    lookUp: async (userIds) => {
      const answers = await Promise.all(userIds.map((userId) => get(`license/users/${userId}`)))
      return { users: answers.length, licenses: answers.flatMap(({ licenses }) => licenses).length }
    },
    close: () => pool.close()
  }
}
