/**
 * Saved documents, for people and for programs.
 */
import type { Journal, Standing } from "@genesys-license/admin/change/Journal"
import type { Plan } from "@genesys-license/admin/change/Plan"
import type { Snapshot } from "@genesys-license/admin/look/Snapshot"
import { describe, type Recorded } from "@genesys-license/admin/organization/OrganizationIdentity"
import * as Stream from "effect/Stream"
import type * as Output from "../terminal/Output.ts"
import type * as Row from "../terminal/Row.ts"
import * as ChangeRows from "./ChangeRows.ts"
import * as PlanResult from "./PlanResult.ts"
import * as Table from "../terminal/Table.ts"

const changeColumns = ["userId", "licenseId", "change"]

const table = (columns: ReadonlyArray<string>, rows: ReadonlyArray<Row.Row>, width: number) =>
  Table.ofLines(
    [columns, ...rows.map((row) => columns.map((column) => cell(column, String(row[column] ?? ""))))],
    columns.map(() => "left"),
    width
  )

const cell = (column: string, text: string) => (column === "change" ? ChangeRows.inWords(text) : text)

export const ofPlan = (plan: Plan): Output.Result => {
  const { columns, rows, shown } = PlanResult.ofChanges(plan)
  return {
    columns,
    rows: Stream.fromIterable(rows),
    document: () => plan,
    text: (width) =>
      [
        `Plan made at ${plan.createdAt}${forOrganization(plan)}: ${Table.count(rows.length, "change")}; ${Table.count(plan.unchanged, "license is", "licenses are")} already as desired`,
        ...(rows.length === 0 ? [] : [table(shown.columns, rows, width)])
      ].join("\n\n")
  }
}

const journalColumns = [...changeColumns, "standing", "detail"]

export const ofJournal = ({ sessions, standings, ...journal }: Journal): Output.Result => {
  const rows = [...standings.values()].map(({ change, outcome, standing }): Row.Row => {
    const detail = outcome && ("result" in outcome ? outcome.result : "error" in outcome ? outcome.error?.message : "")
    return { userId: change.userId, licenseId: change.licenseId, change: change.change, standing, detail: detail ?? "" }
  })
  const counts = new Map<Standing, number>()
  for (const { standing } of standings.values()) counts.set(standing, (counts.get(standing) ?? 0) + 1)
  const summary = [...counts].map(([standing, count]) => `${Table.number(count)} ${titles[standing]}`).join(", ")
  return {
    columns: journalColumns,
    rows: Stream.fromIterable(rows),
    text: (width) =>
      [
        `Journal${forOrganization(journal)}: ${Table.count(rows.length, "change")}${summary === "" ? "" : `; ${summary}`}`,
        ...sessions.map(({ at, owner }) => `A run that began at ${at} is still going, or was killed: ${owner}`),
        ...(rows.length === 0 ? [] : [table(journalColumns, rows, width)])
      ].join("\n\n")
  }
}

const titles: { readonly [S in Standing]: string } = {
  done: "done",
  alreadySo: "already so",
  refused: "refused",
  unknown: "unknown",
  notSent: "not sent"
}

export const ofSnapshot = (snapshot: Snapshot): Output.Result => {
  const holders = new Map<string, number>()
  for (const { licenses } of snapshot.users) {
    for (const licenseId of licenses) holders.set(licenseId, (holders.get(licenseId) ?? 0) + 1)
  }
  const byUsers = [...holders].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
  return {
    columns: ["userId", "licenses"],
    rows: Stream.fromIterable(snapshot.users.map(({ id, licenses }) => ({ userId: id, licenses }))),
    document: () => snapshot,
    text: (width) =>
      [
        `Snapshot taken at ${snapshot.takenAt}${forOrganization(snapshot)}: ${Table.count(snapshot.users.length, "user")}`,
        ...(byUsers.length === 0
          ? []
          : [
              Table.ofLines(
                [["License", "Users"], ...byUsers.map(([licenseId, users]) => [licenseId, Table.number(users)])],
                undefined,
                width
              )
            ]),
        "Use --format csv to list the users."
      ].join("\n\n")
  }
}

const forOrganization = ({ organization }: { readonly organization?: Recorded }) =>
  organization === undefined ? "" : ` for ${describe(organization)}`
