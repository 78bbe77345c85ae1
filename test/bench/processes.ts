/** The processes of a measurement: each is a file of this folder that answers messages. */
import { fork } from "node:child_process"
import { join } from "node:path"
import type { Cost, Task } from "./contend.ts"
import { type Organization, pathOf } from "./organization.ts"

/** A process, and what it says. All of them end when they are left, and when their parent is gone. */
export const converse = (file: string, ...args: ReadonlyArray<string>) => {
  // That Node has experimental parts is no news in a table.
  const child = fork(join(import.meta.dirname, file), args, { execArgv: ["--disable-warning=ExperimentalWarning"] })
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))

  const next = <A>(): Promise<A> =>
    new Promise((resolve, reject) => {
      child.once("message", (message) => resolve(message as A))
      void ended.then(() => reject(new Error(`${file} ended without an answer`)))
    })

  return {
    next,
    ask: <A>(message: string | object): Promise<A> => {
      child.send(message)
      return next()
    },
    close: async () => {
      if (child.connected) child.disconnect()
      await ended
    }
  }
}

export interface Server extends AsyncDisposable {
  readonly port: number
  /** Requests for an organization since this was last asked. */
  readonly requests: (organization: Organization) => Promise<number>
}

/** The server that everybody is measured against. */
export const serve = async (): Promise<Server> => {
  const server = converse("server.ts")
  return {
    port: await server.next(),
    requests: (organization) => server.ask(pathOf(organization)),
    [Symbol.asyncDispose]: server.close
  }
}

/** One task in a process of its own. To be fast by leaving somebody out does not count. */
export const contend = async (task: Task): Promise<Cost> => {
  const contender = converse("contend.ts")
  try {
    const cost = await contender.ask<Cost>(task)
    const { users } = task.organization
    if (cost.found.users !== users) throw new Error(`${task.contender} found ${cost.found.users} of ${users} users`)
    return cost
  } finally {
    await contender.close()
  }
}

/** What importing a module costs. */
export interface Import {
  readonly cpuMillis: number
  readonly wallMillis: number
}

/** What `importing.ts` says of a module, in a process of its own. */
export const importing = async <A>(...args: ReadonlyArray<string>): Promise<A> => {
  const child = converse("importing.ts", ...args)
  try {
    return await child.next()
  } finally {
    await child.close()
  }
}
