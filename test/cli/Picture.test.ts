/** The picture at the top of the README is what the command prints. */
import { expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import * as Audit from "../../packages/admin/src/look/Audit.ts"
import * as People from "../../packages/admin/src/people/People.ts"
import * as AuditText from "../../packages/cli/src/views/AuditText.ts"
import { inOrganization } from "../admin/organization.ts"

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
const [, picture = ""] = /\$ genesys-license audit --inactive-days 90 --list 2\n([^]*?)```/.exec(readme) ?? []

/** Days are counted back from now. */
const withoutDates = (text: string) => text.replace(/\d{4}-\d{2}-\d{2}/g, "DATE")

it.effect(
  "the README shows a part of the true audit of the emulated organization, as a terminal of 100 columns has it",
  () =>
    Effect.gen(function* () {
      const audit = yield* Audit.run({ people: yield* People.read(), inactiveDays: 90, listed: 2 })
      // The last column of a terminal stays free.
      const text = AuditText.render(audit, { title: "", requests: 0, took: Duration.zero }, 99)
      const parts = withoutDates(picture)
        .split(/^…$/m)
        .map((part) => part.trim())
        .filter((part) => part !== "")
      expect(parts).toHaveLength(2)
      for (const part of parts) expect(withoutDates(text)).toContain(part)
    }).pipe(inOrganization({ users: 2000 }))
)
