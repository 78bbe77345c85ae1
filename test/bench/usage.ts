/** Loaded into a process that is measured: tells on its fourth descriptor what it cost, when it ends. */
import { writeSync } from "node:fs"

process.on("exit", () => {
  const { maxRSS, systemCPUTime, userCPUTime } = process.resourceUsage()
  writeSync(3, JSON.stringify({ cpuSeconds: (systemCPUTime + userCPUTime) / 1e6, peakRssBytes: maxRSS * 1024 }))
})
