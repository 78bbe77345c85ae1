/**
 * Writes files for an organization of any size: two snapshots that are a week apart, and a CSV of
 * facts. Not written by the measured command.
 */
import { createHash } from "node:crypto"
import { createWriteStream } from "node:fs"
import { once } from "node:events"
import { held } from "./organization.ts"

/** Users in the order of their numbers, which is also the order of their ids. */
const idOf = (user: number) => {
  const hex = user.toString(16).padStart(8, "0")
  return `${hex}-${hex.slice(4)}-4${hex.slice(5)}-8${hex.slice(5)}-${hex.slice(4)}${hex}`
}

const write = async (path: string, lines: Iterable<string>) => {
  const file = createWriteStream(path)
  let some: Array<string> = []
  for (const line of lines) {
    some.push(line)
    if (some.length < 10_000) continue
    if (!file.write(some.join(""))) await once(file, "drain")
    some = []
  }
  file.end(some.join(""))
  await once(file, "finish")
}

/** A week later, of a hundred users one has left, one has joined, and one has other licenses. */
function* users(count: number, week: 0 | 1) {
  for (let user = 0; user < count; user++) {
    const [isLater, place] = [week === 1, user % 100]
    if (place === (isLater ? 97 : 98)) continue
    const licenses = held[(user + (isLater && place === 99 ? 1 : 0)) % held.length]!
    yield JSON.stringify({ id: idOf(user), licenses: licenses.toSorted() })
  }
}

export const writeSnapshot = async (path: string, count: number, week: 0 | 1) => {
  const takenAt = `2026-11-${week === 0 ? "16" : "23"}T06:00:00.000Z`
  const digest = createHash("sha256").update(`{"kind":"genesys-license snapshot","takenAt":"${takenAt}","users":[`)
  let comma = ""
  for (const user of users(count, week)) {
    digest.update(comma + user)
    comma = ","
  }
  const checksum = digest.update(`],"version":1}`).digest("hex")
  const lines = function* () {
    yield `{\n  "kind": "genesys-license snapshot",\n  "version": 1,\n  "checksum": "sha256:${checksum}",\n`
    yield `  "takenAt": "${takenAt}",\n  "users": [\n`
    let comma = ""
    for (const user of users(count, week)) {
      yield `${comma}    ${user}`
      comma = ",\n"
    }
    yield "\n  ]\n}\n"
  }
  await write(path, lines())
}

/** One row for each user. */
export const writeFacts = async (path: string, userIds: Iterable<string>) => {
  const lines = function* () {
    yield "userId,name,email,department,division,lastLogin\n"
    let n = 0
    for (const userId of userIds) {
      const day = String((n % 28) + 1).padStart(2, "0")
      yield `${userId},Person Number ${n},person.${n}@example.com,Department ${n % 200},Division ${n % 20},2026-10-${day}\n`
      n += 1
    }
  }
  await write(path, lines())
}
