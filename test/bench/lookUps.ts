/** The number of requests for many concurrent look-ups of single users. */
import { randomUUID } from "node:crypto"
import type { Contender } from "./contend.ts"
import { contend } from "./processes.ts"
import { type Measure, round } from "./report.ts"

const contestants: ReadonlyArray<Contender> = ["official SDK", "LicenseService"]

export const measure: Measure = async ({ port, requests }) => {
  const userIds = Array.from({ length: 1_000 }, () => randomUUID())
  const organization = { users: userIds.length, latencyMillis: 0 }
  const rows = []
  for (const contender of contestants) {
    const { cpuMillis, wallMillis } = await contend({
      contender,
      port,
      organization,
      work: { _tag: "LookUp", userIds }
    })
    rows.push({
      contender,
      requests: await requests(organization),
      "CPU ms": round(cpuMillis),
      "wall ms": round(wallMillis)
    })
  }
  return {
    title: "1,000 look-ups of single users at the same time; once, without warm-up",
    rows,
    targets: [{ what: "requests of 1,000 look-ups", figure: rows[1]!.requests, bound: { atMost: 10 } }],
    notMeasured:
      "look-ups that are not made at the same time: those are a request each. With the official SDK it is " +
      "`getLicenseUser` for each; who batches by hand with `postLicenseUsers` needs 10 requests, too."
  }
}
