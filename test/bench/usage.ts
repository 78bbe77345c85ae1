/** Loaded into a measured process. Writes the costs to file descriptor 3 when the process exits. */
import { writeSync } from "node:fs"
import { peakRssBytes } from "./peak.ts"

process.on("exit", () => {
  const { systemCPUTime, userCPUTime } = process.resourceUsage()
  writeSync(3, JSON.stringify({ cpuSeconds: (systemCPUTime + userCPUTime) / 1e6, peakRssBytes: peakRssBytes() }))
})
