/**
 * `genesys-license-cluster submit`: puts jobs into the queue.
 */
import * as InputFolder from "@genesys-license/admin/fleet/InputFolder"
import * as Organizations from "@genesys-license/admin/fleet/Organizations"
import * as PlanFolder from "@genesys-license/admin/fleet/PlanFolder"
import * as Plan from "@genesys-license/admin/change/Plan"
import * as Argument from "effect/cli/Argument"
import * as CliCommand from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Misused } from "../ClusterError.ts"
import { type Job, kinds } from "../jobs/Job.ts"
import * as Database from "../database/Database.ts"
import * as Jobs from "../jobs/Jobs.ts"
import * as Flags from "./Flags.ts"
import * as Queue from "./Queue.ts"

const limit = (name: string, what: string) =>
  Flags.whole(name, 0).pipe(
    Flag.withDescription(`With apply: refuse plans with more than N ${what} each`),
    Flag.optional
  )

/** The `submit` subcommand. */
export const command = CliCommand.make(
  "submit",
  {
    kind: Argument.Literals("kind", kinds).pipe(Argument.withDescription("The work for each organization")),
    organizations: Flags.organizations,
    ...Flags.selection,
    run: Flag.String("run").pipe(
      Flag.withSchema(Schema.String.check(Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/))),
      Flag.withMetavar("NAME"),
      Flag.withDescription(
        "Id of the run; if you submit the same run twice, nothing is added (default: from the kind and the time)"
      ),
      Flag.optional
    ),
    plans: Flag.String("plans").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription("With apply: read the plans from this folder, which `genesys-license fleet plan` saved"),
      Flag.optional
    ),
    maxChanges: limit("max-changes", "changes"),
    maxRemovals: limit("max-removals", "removals"),
    batchSize: Flags.whole("batch-size", 1).pipe(
      Flag.withDescription("With apply: send N changes per request (default: 100)"),
      Flag.optional
    ),
    yes: Flag.Boolean("yes").pipe(
      Flag.withAlias("y"),
      Flag.withDescription("With apply: submit the plans (default: only count their changes)"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({
    batchSize,
    except,
    kind,
    maxChanges,
    maxRemovals,
    only,
    organizations,
    plans,
    yes,
    ...flags
  }) {
    yield* Database.url
    const all = yield* Organizations.load(organizations)
    const selected = yield* Organizations.select(all, {
      only: Option.getOrUndefined(only),
      except: Option.getOrElse(except, () => [])
    })
    const time = DateTime.formatIso(yield* DateTime.now).slice(0, 19)
    const run = Option.getOrElse(flags.run, () => `${kind}-${time.replaceAll(":", "-")}Z`)
    const jobs: Array<Job> = []
    const texts = new Map<string, string>()
    if (kind === "apply") {
      if (Option.isNone(plans))
        return yield* new Misused({ message: "`apply` needs the folder of the plans. Pass --plans DIR." })
      const files = yield* InputFolder.read(plans.value, ["json"], all)
      const planned = selected.filter(({ id }) => files.has(id))
      if (planned.length === 0) return yield* new Misused({ message: `No organization has a plan in ${plans.value}.` })
      const { additions, removals } = yield* PlanFolder.check(planned, ({ id }) => files.get(id) ?? "")
      for (const { id } of planned) {
        // Unlike `check`, this refuses a file that is not a plan.
        const plan = yield* Plan.load(files.get(id) ?? "")
        const checksum = yield* Plan.checksum(plan)
        texts.set(checksum, yield* Plan.encode(plan))
        jobs.push({
          run,
          org: id,
          kind,
          round: 1,
          plan: checksum,
          ...given("maxChanges", maxChanges),
          ...given("maxRemovals", maxRemovals),
          ...given("batchSize", batchSize)
        })
      }
      if (!yes) {
        return yield* new Misused({
          message: `The plans of ${count(planned.length, "organization")} give ${count(additions, "license")} and take away ${removals}. Nothing was submitted. Check the plans, and pass --yes if they are correct.`
        })
      }
    } else {
      if (Option.isSome(plans)) return yield* new Misused({ message: `--plans is only for \`apply\`. Leave it out.` })
      for (const { id } of selected) jobs.push({ run, org: id, kind, round: 1 })
    }
    const added = yield* Jobs.submit(jobs, texts).pipe(Queue.provide)
    const there = jobs.length - added
    yield* Console.error(
      `Submitted ${count(added, "job")}${there > 0 ? `; ${there} were submitted before` : ""}. Follow them with: genesys-license-cluster status ${run} --wait`
    )
    yield* Console.log(run)
  })
).pipe(
  CliCommand.withShortDescription("Submit a job for each organization"),
  CliCommand.withDescription(
    "Submits a job for each organization, and prints the id of the run. Submits all jobs or none. Workers do the jobs."
  ),
  CliCommand.withExamples([
    { command: "genesys-license-cluster submit compare orgs.json", description: "Compare with the last snapshots" },
    {
      command: "genesys-license-cluster submit apply orgs.json --plans plans --max-removals 20 --yes",
      description: "Apply each plan that takes away at most 20 licenses"
    }
  ])
)

const given = <Name extends string>(name: Name, value: Option.Option<number>) =>
  (Option.isSome(value) ? { [name]: value.value } : {}) as { readonly [N in Name]?: number }

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`
