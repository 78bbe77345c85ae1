/**
 * A way to a server that can be cut as a cable is: connections stay open, and nothing comes
 * through any more, until it is mended.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { connect, createServer, type Socket } from "node:net"

export interface Cable {
  readonly port: number
  readonly cut: Effect.Effect<void>
  /** Lets everything through, also what was on its way. */
  readonly mend: Effect.Effect<void>
}

/** Leads to a port of this machine, until the scope closes. */
export const to = (target: number): Effect.Effect<Cable, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(
        () =>
          new Promise<{ readonly cable: Cable; readonly close: () => Promise<void> }>((resolve) => {
            const sockets = new Set<Socket>()
            let isCut = false
            const server = createServer((near) => {
              const far = connect(target, "127.0.0.1")
              for (const [from, into] of [
                [near, far],
                [far, near]
              ] as const) {
                sockets.add(from)
                from.on("data", (bytes) => into.write(bytes))
                from.on("error", () => {}).on("close", () => (sockets.delete(from), into.destroy()))
                if (isCut) from.pause()
              }
            })
            server.listen(0, "127.0.0.1", () => {
              const address = server.address()
              if (address === null || typeof address === "string") throw new Error("There is no port.")
              const each = (act: (socket: Socket) => void) =>
                Effect.sync(() => {
                  for (const socket of sockets) act(socket)
                })
              resolve({
                cable: {
                  port: address.port,
                  cut: Effect.andThen(
                    Effect.sync(() => void (isCut = true)),
                    each((socket) => void socket.pause())
                  ),
                  mend: Effect.andThen(
                    Effect.sync(() => void (isCut = false)),
                    each((socket) => void socket.resume())
                  )
                },
                close: () =>
                  new Promise((closed) => {
                    server.close(() => closed())
                    for (const socket of sockets) socket.destroy()
                  })
              })
            })
          })
      ),
      ({ close }) => Effect.promise(close)
    ),
    ({ cable }) => cable
  )
