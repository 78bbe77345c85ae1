/**
 * Records the output of Effect, the emulator, the console, the streams and the file system. Tests
 * do not have to do anything for it.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Exit from "effect/Exit"
import * as Inspectable from "effect/Inspectable"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { format, inspect } from "node:util"
import * as Recorder from "./Recorder.ts"

const textOf = (value: unknown) =>
  typeof value === "number" ? `${value}` : inspect(value, { depth: 8, maxArrayLength: null, maxStringLength: null })

/** An error as it is printed, and as it is serialized. */
const textOfError = (error: unknown) =>
  [textOf(error), Inspectable.toStringUnknown(error, 0), error instanceof Error ? error.message : ""].join("\n")

const seenErrors = new WeakSet()
/** Records the errors of an exit. An error that passes through many spans is recorded once. */
const keepExit = (exit: Exit.Exit<unknown, unknown>) => {
  if (Exit.isSuccess(exit)) return
  for (const reason of exit.cause.reasons) {
    const error = Cause.isFailReason(reason) ? reason.error : Cause.isDieReason(reason) ? reason.defect : undefined
    if (typeof error === "object" && error !== null) {
      if (seenErrors.has(error)) continue
      seenErrors.add(error)
    }
    if (error !== undefined) Recorder.keep("error", textOfError(error))
  }
}

/** Every value that a program wraps in `Redacted` is a secret. */
const observeSecrets = () => {
  const { set } = WeakMap.prototype
  const used: Array<WeakMap<object, unknown>> = []
  WeakMap.prototype.set = function (key, value) {
    used.push(this)
    return set.call(this, key, value)
  }
  Redacted.make("")
  WeakMap.prototype.set = set
  const [values] = used
  if (values === undefined) throw new Error("Redacted no longer keeps its values in a WeakMap.")
  values.set = (key, value) => {
    if (typeof value === "string") Recorder.keepSecret(value)
    return set.call(values, key, value)
  }
}

/** A fast path for strings, because there are very many attributes. */
const textOfAttributes = (attributes: Iterable<readonly [name: string, value: unknown]>) => {
  let text = ""
  for (const [name, value] of attributes) text += ` ${name}=${typeof value === "string" ? value : textOf(value)}`
  return text
}

const observeSpans = () => {
  const { end } = Tracer.NativeSpan.prototype
  Tracer.NativeSpan.prototype.end = function (endTime, exit) {
    end.call(this, endTime, exit)
    let text = this.name
    if (this._attributes !== undefined) text += textOfAttributes(this._attributes)
    for (const [name, , attributes] of this._events ?? []) {
      text += ` ${name}${textOfAttributes(Object.entries(attributes))}`
    }
    Recorder.keep("span", text)
    keepExit(exit)
  }
}

const observeLogs = () => {
  const loggers = Context.get(Context.empty(), Logger.CurrentLoggers) as Set<Logger.Logger<unknown, unknown>>
  loggers.add(
    Logger.make((entry) => {
      const { timestamp: _, ...logged } = Logger.formatStructured.log(entry)
      Recorder.keep("log", textOf(logged))
    })
  )
}

/** Records the journals of emulators. Without times and correlation ids, equal requests are recorded once. */
const observeJournals = () => {
  const keys = Object.getPrototypeOf(Context.Service("any"))
  const of = keys.of
  keys.of = function (this: { readonly key: string }, service: any) {
    if (this.key === "@genesys-license/emulator/Journal") {
      const record = service.record
      service.record = (entry: object) => {
        Recorder.keep("journal", JSON.stringify({ ...entry, at: undefined, correlationId: undefined }))
        return record(entry)
      }
    }
    return of(service)
  }
}

const observeFiles = () => {
  const watch = (methods: any, names: ReadonlyArray<string>) => {
    for (const name of names) {
      const write = methods[name]
      const watched = (...args: ReadonlyArray<unknown>) => {
        const [, data] = args
        if (typeof data === "string") Recorder.keep("file", data)
        else if (ArrayBuffer.isView(data))
          Recorder.keep("file", Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString())
        return write(...args)
      }
      // The properties of a function contain its version for `promisify`.
      methods[name] = Object.defineProperties(watched, Object.getOwnPropertyDescriptors(write))
    }
  }
  watch(fs, ["write", "writeSync", "writeFile", "writeFileSync", "appendFile", "appendFileSync"])
  watch(fs.promises, ["writeFile", "appendFile"])
  syncBuiltinESMExports()
}

/** Records the output to `stream`. */
export const observeStream = (stream: NodeJS.WriteStream, channel: Recorder.Channel) => {
  const write = stream.write
  stream.write = function (this: NodeJS.WriteStream, chunk: string | Uint8Array, ...rest: ReadonlyArray<any>) {
    Recorder.keep(channel, typeof chunk === "string" ? chunk : Buffer.from(chunk).toString())
    return write.call(this, chunk, ...(rest as []))
  } as NodeJS.WriteStream["write"]
}

/** Records the output to the console of this process. */
export const observeConsole = () => {
  for (const name of ["debug", "dir", "error", "info", "log", "table", "trace", "warn"] as const) {
    const print = console[name]
    console[name] = (...args: ReadonlyArray<unknown>) => {
      Recorder.keep("console", format(...args))
      print.apply(console, args as [])
    }
  }
}

/** Records the output to Effect, the emulator and the file system, and all secrets. */
export const observe = () => {
  observeSecrets()
  observeSpans()
  observeLogs()
  observeJournals()
  observeFiles()
}

/** Records the current metrics. */
export const keepMetrics = () => {
  for (const { attributes, description, id, state } of Metric.snapshotUnsafe(Context.empty())) {
    Recorder.keep("metric", textOf({ id, description, attributes, state }))
  }
}
