/** A CSV that comes in parts is the one that is there as a whole. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import fc from "fast-check"
import { fail, InvalidInput } from "../../../packages/admin/src/AdminError.ts"
import * as CsvTable from "../../../packages/admin/src/files/CsvTable.ts"
import { run } from "../organization.ts"

const refusal = fail(new InvalidInput({ source: "a.csv", problem: "no" }))

const options = {
  source: "a.csv",
  columns: { userId: ["userId", "id"], name: ["name"] },
  required: ["userId"] as const
}

/** What is found, or the words in which it is refused. */
const told = async (text: Stream.Stream<string>) => {
  const rows: Array<unknown> = []
  const table = await run(
    Effect.result(
      CsvTable.read(text, options, ({ cell, columns }) => (row) => {
        rows.push([row, cell(row, "userId"), cell(row, "name"), [...columns]])
        return undefined
      })
    )
  )
  if (Result.isFailure(table)) return table.failure.message
  const { cell: _, ...found } = table.success
  return { ...found, rows }
}

const beginning = fc.constantFrom("", "\uFEFF", "sep=;\r\n", "\r\n\r", "#TYPE X\n,,\n", '"sep=\t"\r')
const header = fc.constantFrom("userId;name;", "id,name", "name\tuserId", '"user id",more,,', "name", "userId,id", "")
const cell = fc.constantFrom("u1", "", " ", '"a\r\nb"', '"a""b"', '"', "x;y", "u2,Ann", "a\tb")
const end = fc.constantFrom("\n", "\r\n", "\r", "")

describe("CsvTable", () => {
  it("is the same in parts of any length", () =>
    fc.assert(
      fc.asyncProperty(
        beginning,
        header,
        fc.array(fc.tuple(cell, fc.constantFrom(",", ";", "\t"), cell), { maxLength: 6 }),
        end,
        fc.integer({ min: 1, max: 6 }),
        async (beginning, header, rows, end, length) => {
          const text = beginning + [header, ...rows.map((cells) => cells.join(""))].join(end === "" ? "\n" : end) + end
          const parts = Array.from({ length: Math.ceil(text.length / length) }, (_, n) =>
            text.slice(n * length, (n + 1) * length)
          )
          expect(await told(Stream.fromIterable(parts))).toEqual(await told(Stream.make(text)))
        }
      ),
      { seed: 6, numRuns: 500 }
    ))

  it("tells each row with its line, and a column without a name only if it is used", async () => {
    expect(await told(Stream.make('sep=;\nid;name;;\n"u\n1";Ann;;\nu2\nu3;Bob;x;\n'))).toMatchObject({
      headerLine: 2,
      others: ["column 3"],
      shortRows: 1,
      rows: [
        [{ line: 3 }, "u\n1", "Ann", ["userId", "name"]],
        [{ line: 5 }, "u2", "", ["userId", "name"]],
        [{ line: 6 }, "u3", "Bob", ["userId", "name"]]
      ]
    })
  })

  it("is read no further than to the first row that somebody refuses", async () => {
    let rows = 0
    const text = Stream.make("userId\na\n", "b\n", "c\n").pipe(Stream.rechunk(1))
    const { failure } = (await run(
      Effect.result(
        CsvTable.read(text, options, () => () => {
          rows += 1
          return rows < 2 ? undefined : refusal
        })
      )
    )) as Result.Failure<unknown, unknown>
    expect([failure, rows]).toEqual([refusal, 2])
  })
})
