/**
 * Standard input as lines of JSON. The server would end at a line that is anything
 * else; here it is passed over, and stderr says so.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"

/** A message is an object, and several of them are a list. */
const decode = Schema.decodeOption(
  Schema.fromJsonString(Schema.Union([Schema.Record(Schema.String, Schema.Unknown), Schema.Array(Schema.Unknown)]))
)

/** The same standard streams, without what is no message. */
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
            : Effect.as(Console.error("A line on stdin is not a message of the protocol, and is passed over."), false)
        ),
        Stream.map((line) => `${line}\n`),
        Stream.encodeText
      )
    })
  )
)
