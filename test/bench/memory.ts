/** Checks that memory does not grow with the number of users: the peak of a process that streams ten times as many. */
import { contend } from "./processes.ts"
import { type Measure, median, round } from "./report.ts"

export const measure: Measure = async ({ port, quick }) => {
  const rounds = quick ? 1 : 3
  const sizes = quick ? [20_000, 200_000] : [100_000, 1_000_000]
  const peaks = sizes.map((users) => ({ users, megabytes: [] as Array<number> }))
  for (let n = 0; n < rounds; n++) {
    for (const { megabytes, users } of peaks) {
      const { peakRssBytes } = await contend({
        contender: "LicenseService",
        port,
        organization: { users, latencyMillis: 0 },
        work: { _tag: "ReadAll", concurrency: 4 }
      })
      megabytes.push(peakRssBytes / 1e6)
    }
  }
  const [small, large] = peaks.map(({ megabytes }) => median(megabytes)) as [number, number]
  return {
    title: `Peak memory of reading all users; medians of ${rounds}, each in a new process`,
    rows: peaks.map(({ megabytes, users }) => ({
      users: users.toLocaleString("en"),
      "peak RSS MB": round(median(megabytes)),
      lowest: round(Math.min(...megabytes)),
      highest: round(Math.max(...megabytes))
    })),
    targets: [{ what: "ten times as many users, × the peak RSS", figure: large / small, bound: { atMost: 1.15 } }],
    notMeasured:
      "what the heap needs at least: V8 takes what the machine lets it, so that the figure is of this machine. A program " +
      "that keeps the users needs the memory for them."
  }
}
