/**
 * The peak memory of this process.
 *
 * On Linux, `maxRSS` begins with the memory of the process that started this one. So in a long
 * run of benches, whose own process grows, every small process would seem large.
 */
import { readFileSync } from "node:fs"

export const peakRssBytes = (): number => {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))!
  return Number(kilobytes) * 1024
}
