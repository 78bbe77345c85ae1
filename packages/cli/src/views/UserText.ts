/**
 * One user with their licenses, as text for people.
 */
import * as Profile from "@genesys-license/admin/people/Profile"
import * as Row from "../terminal/Row.ts"
import * as Table from "../terminal/Table.ts"

const titles: readonly (readonly [title: string, field: Profile.Field])[] = [
  ["Title", "title"],
  ["Department", "department"],
  ["Division", "division"],
  ["Manager", "manager"],
  ["State", "state"]
]

/** `licenses` has a row for each license. */
export const render = (
  userId: string,
  profile: Profile.Profile | undefined,
  licenses: ReadonlyArray<Row.Row>,
  columns: ReadonlyArray<string>,
  width: number
): string => {
  const table = Table.ofLines(
    [columns, ...licenses.map((row) => columns.map((column) => Row.text(row[column])))],
    columns.map(() => "left"),
    width
  )
  const body = licenses.length === 0 ? "  no license" : table
  if (profile === undefined) return body
  const known = Profile.readable(profile)
  const about = [
    ...titles.flatMap(([title, field]) => (known[field] === undefined ? [] : [[title, known[field]]])),
    ["Last login", login(known)],
    ["Id", userId]
  ]
  return [
    Profile.addressed(known) || userId,
    Table.ofLines(
      about,
      about.map(() => "left"),
      width
    ),
    body
  ].join("\n\n")
}

const login = ({ lastLogin, lastLoginFrom = "" }: Profile.Readable) =>
  lastLogin === undefined ? "not known" : `${lastLogin.slice(0, 10)} (${Profile.sourceNames[lastLoginFrom]})`
