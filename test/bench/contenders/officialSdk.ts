/** The official SDK, with the usual loop over pages. */
import platform from "purecloud-platform-client-v2"
import { pathOf } from "../organization.ts"
import type { Open } from "./contender.ts"

export const open: Open = async (port, organization) => {
  const client = platform.ApiClient.instance
  client.config.live_reload_config = false
  client.setGateway({ protocol: "http", host: "127.0.0.1", port, path_params_api: pathOf(organization) })
  await client.loginClientCredentialsGrant("id", "secret")
  const api = new platform.LicenseApi()
  return {
    readAll: async (concurrency, pageSize) => {
      if (concurrency !== 1) throw new Error("The loop of the official SDK reads one page at a time")
      const found = { users: 0, licenses: 0 }
      for (let pageNumber = 1, pageCount = 1; pageNumber <= pageCount; pageNumber++) {
        const page = await api.getLicenseUsers({ pageNumber, pageSize })
        for (const user of page.entities ?? []) {
          found.users += 1
          found.licenses += user.licenses?.length ?? 0
        }
        pageCount = page.pageCount ?? 0
      }
      return found
    },
    lookUp: async (userIds) => {
      const answers = await Promise.all(userIds.map((userId) => api.getLicenseUser(userId)))
      return { users: answers.length, licenses: answers.flatMap(({ licenses }) => licenses ?? []).length }
    },
    close: async () => {}
  }
}
