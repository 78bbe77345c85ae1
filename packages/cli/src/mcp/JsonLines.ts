/**
 * Filters stdin to lines of JSON. The server would stop at any other line; here such a line
 * is skipped, and stderr says so.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"

/** One message is an object, several messages are an array. */
const decode = Schema.decodeOption(
  Schema.fromJsonString(Schema.Union([Schema.Record(Schema.String, Schema.Unknown), Schema.Array(Schema.Unknown)]))
)

/** The standard streams, without the lines that are not messages. */
export const layer: Layer.Layer<Stdio.Stdio, never, Stdio.Stdio> = Layer.effect(
  Stdio.Stdio,
  Effect.map(Stdio.Stdio, (stdio) =>
    Stdio.make({
      ...stdio,
      stdin: stdio.stdin.pipe(
        Stream.decodeText,
        Stream.splitLines,
        Stream.filterEffect((line) =>
          Option.isSome(decode(line))
            ? Effect.succeed(true)
            : Effect.as(Console.error("Skipped a line on stdin that is not a message of the protocol."), false)
        ),
        Stream.map((line) => `${line}\n`),
        Stream.encodeText
      )
    })
  )
)
