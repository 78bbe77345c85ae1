import * as Effect from "effect/Effect"
import { createServer } from "node:net"

/** A proxy that refuses everything, and what it was asked. */
export const refusing = Effect.acquireRelease(
  Effect.promise(
    () =>
      new Promise<{ readonly port: number; readonly asked: Array<string>; readonly close: () => void }>((resolve) => {
        const asked: Array<string> = []
        const server = createServer((socket) => {
          socket.on("error", () => {})
          socket.once("data", (head) => {
            asked.push(head.toString())
            socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
          })
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          resolve({ port, asked, close: () => void server.close() })
        })
      })
  ),
  ({ close }) => Effect.sync(close)
)
