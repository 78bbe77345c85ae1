/**
 * Reads the input files of commands: `-` is stdin, and a UTF-16 file is accepted with a note
 * on stderr.
 */
import * as Encoding from "@genesys-license/admin/files/Encoding"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { standard } from "./Output.ts"

export const layer: Layer.Layer<FileSystem.FileSystem, never, FileSystem.FileSystem | Stdio.Stdio> = Layer.effect(
  FileSystem.FileSystem,
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { stdin } = yield* Stdio.Stdio
    return {
      ...FileSystem.make({
        ...fs,
        readFile: (path) =>
          Effect.tap(path === standard ? all(stdin) : fs.readFile(path), (bytes) => sayEncoding(path, bytes))
      }),
      stream: (path, options) => {
        const bytes = path === standard ? stdin : fs.stream(path, options)
        // A caller that reads only the beginning is looking for the file type. It needs no note.
        if (options?.bytesToRead !== undefined) return bytes
        return Stream.suspend(() => {
          let isFirst = true
          return Stream.tap(bytes, (part) => {
            const isNoted = !isFirst
            isFirst = false
            return isNoted ? Effect.void : sayEncoding(path, part)
          })
        })
      }
    }
  })
)

const sayEncoding = (path: string, bytes: Uint8Array) =>
  Encoding.of(bytes) === "utf-8"
    ? Effect.void
    : Console.error(`${path} is in UTF-16. It was read as UTF-16, but UTF-8 is safer: not all programs read UTF-16.`)

const all = <E>(bytes: Stream.Stream<Uint8Array, E>) =>
  Effect.map(Stream.runCollect(bytes), (parts) => {
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
    let offset = 0
    for (const part of parts) {
      whole.set(part, offset)
      offset += part.length
    }
    return whole
  })
