/** The processes of a measurement. Each one runs a file of this folder and answers messages. */
import { fork } from "node:child_process"
import { join } from "node:path"
import type { Cost, Task } from "./contend.ts"
import { type Organization, pathOf } from "./organization.ts"

/** Starts a process. It ends with its scope, or with its parent. */
export const converse = (file: string, ...args: ReadonlyArray<string>) => {
  // Warnings of Node about experimental features would disturb the tables.
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
  /** The number of requests for an organization since the last call. */
  readonly requests: (organization: Organization) => Promise<number>
}

/** The server for all contenders. */
export const serve = async (): Promise<Server> => {
  const server = converse("server.ts")
  return {
    port: await server.next(),
    requests: (organization) => server.ask(pathOf(organization)),
    [Symbol.asyncDispose]: server.close
  }
}

/** Runs one task in a separate process. Fails if the contender has not read all users. */
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

/** The costs of importing a module. */
export interface Import {
  readonly cpuMillis: number
  readonly wallMillis: number
}

/** Runs `importing.ts` for a module in a separate process. */
export const importing = async <A>(...args: ReadonlyArray<string>): Promise<A> => {
  const child = converse("importing.ts", ...args)
  try {
    return await child.next()
  } finally {
    await child.close()
  }
}
