import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import * as Processes from "../support/processes.ts"

const { timeout } = Processes

const packages = ["schema", "client", "undici", "emulator", "admin", "cluster", "cli"] as const
type Package = (typeof packages)[number]

const sourcesOf = (name: string) => {
  const src = join(Processes.root, "packages", name, "src")
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(src, file))
}

/** What a file imports or re-exports, at its top or on the way, for its values or its types. */
const importsOf = (file: string) => {
  const text = readFileSync(file, "utf8")
  const found = text.matchAll(
    /^(?:import|export)\b[^"'`;=]*?\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"|\b(?:import|require)\s*\(\s*["'`]([^"'`]+)/gm
  )
  return [...found].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic!)
}

/** Every import of a package as `file imports what`, so that a failure names the place. */
const importLines = (name: string, isMeant: (what: string) => boolean) =>
  sourcesOf(name).flatMap((file) =>
    importsOf(file)
      .filter(isMeant)
      .map((what) => `${relative(Processes.root, file)} imports ${what}`)
  )

/** A circle of imports between the folders and files that stand in `house`; nothing where all go one way. */
const circleOf = (house: string, sources: ReadonlyArray<string>) => {
  /** The folder of a file; a file beside the folders stands for itself. */
  const roomOf = (file: string) => relative(house, file).split("/")[0]!
  const doors = new Map<string, Set<string>>()
  for (const file of sources.filter((file) => file.startsWith(`${house}/`))) {
    const room = roomOf(file)
    const from = doors.get(room) ?? new Set()
    doors.set(room, from)
    for (const what of importsOf(file).filter((what) => what.startsWith("."))) {
      const to = roomOf(join(file, "..", what))
      if (to !== room && !to.startsWith("..")) from.add(to)
    }
  }
  const circleFrom = (room: string, path: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room]
    for (const next of doors.get(room) ?? []) {
      const circle = circleFrom(next, [...path, room])
      if (circle !== undefined) return circle
    }
    return undefined
  }
  for (const room of doors.keys()) {
    const circle = circleFrom(room, [])
    if (circle !== undefined) return circle
  }
  return undefined
}

describe("the packages", () => {
  it("are all looked at", () => {
    expect(readdirSync(join(Processes.root, "packages")).sort()).toEqual([...packages].sort())
    for (const name of packages) expect(importLines(name, () => true).length).toBeGreaterThan(10)
  })

  it("import one way: schema and undici nothing of ours, client and emulator only schema, admin only these, cluster no command, cli any", () => {
    const allowed: Readonly<Record<Package, RegExp>> = {
      schema: /^(effect(\/.+)?|\.\.?\/.+)$/,
      client: /^(effect(\/.+)?|@genesys-license\/schema(\/.+)?|\.\.?\/.+)$/,
      undici: /^(effect(\/.+)?|undici|node:(stream|zlib)|\.\.?\/.+)$/,
      emulator:
        /^(effect(\/.+)?|@effect\/platform-node\/.+|node:(http|child_process|fs|os)|@genesys-license\/schema(\/.+)?|\.\.?\/.+)$/,
      admin: /^(effect(\/.+)?|@noble\/hashes\/.+|@genesys-license\/(schema|client)(\/.+)?|\.\.?\/.+)$/,
      cluster:
        /^(effect(\/.+)?|@effect\/(platform-node|sql-pg)\/.+|node:(os|util|zlib)|@genesys-license\/(schema|client|undici|admin)(\/.+)?|\.\.?\/.+)$/,
      cli: /^(effect(\/.+)?|@effect\/platform-node\/.+|node:(fs|os|v8)|@genesys-license\/(schema|client|undici|emulator|admin)(\/.+)?|\.\.?\/.+)$/
    }
    for (const name of packages) expect(importLines(name, (what) => !allowed[name].test(what))).toEqual([])
  })

  it("import relative files of their own source only", () => {
    for (const name of packages) {
      const sources = new Set(sourcesOf(name))
      for (const file of sources) {
        const foreign = importsOf(file)
          .filter((what) => what.startsWith("."))
          .filter((what) => !sources.has(join(file, "..", what)) && what !== "../../package.json")
        expect(foreign, file).toEqual([])
      }
    }
  })

  it("have folders that import one way, at any depth, and files beside the folders that no folder reaches up to", () => {
    for (const name of packages) {
      const src = join(Processes.root, "packages", name, "src")
      const sources = sourcesOf(name)
      const houses = new Set(sources.map((file) => join(file, "..")).flatMap((folder) => [folder, join(folder, "..")]))
      for (const house of [...houses].filter((house) => house.startsWith(src))) {
        expect(circleOf(house, sources), relative(Processes.root, house)).toBeUndefined()
      }
    }
  })

  it("pick no platform, but for the emulator on a socket, the HTTP client over undici and the command", () => {
    const isPlatform = (what: string) =>
      /^node:|^@effect\/platform-|^bun:|^(fs|http|https|net|path|os|undici)$/.test(what)
    expect(importLines("schema", isPlatform)).toEqual([])
    expect(importLines("client", isPlatform)).toEqual([])
    expect(importLines("admin", isPlatform)).toEqual([])
    const files = new Set(importLines("emulator", isPlatform).map((line) => line.split(" ")[0]))
    const withNode = ["Server", "command/Exec", "main"].map((name) => `packages/emulator/src/${name}.ts`)
    expect([...files].sort()).toEqual(withNode)
  })

  it("import the modules of effect one by one, never all of it", () => {
    for (const name of packages) expect(importLines(name, (what) => what === "effect")).toEqual([])
  })

  it("depend on what they import, and on nothing else", () => {
    for (const name of packages) {
      const manifest = JSON.parse(readFileSync(join(Processes.root, "packages", name, "package.json"), "utf8"))
      // What is in the bundle is not installed beside it.
      const bundled = name === "cli" ? { ...manifest.devDependencies, rolldown: undefined } : {}
      const all = { ...manifest.dependencies, ...manifest.peerDependencies, ...bundled }
      const declared = Object.keys(all).filter((what) => all[what] !== undefined)
      const imported = sourcesOf(name)
        .flatMap(importsOf)
        .filter((what) => !/^(\.|node:)/.test(what))
        .map((what) => (what.startsWith("@") ? what.split("/").slice(0, 2).join("/") : what.split("/")[0]!))
      expect([...new Set(imported)].sort(), name).toEqual(declared.sort())
    }
  })
})

describe("importing", () => {
  /** Loaded before anything else: notes who reads the environment, and what still runs when the program has nothing to do. */
  const witness = `data:text/javascript,${encodeURIComponent(`
    const read = new Set()
    // Node's own loader reads these for every module.
    const ofNode = ["NODE_V8_COVERAGE", "WATCH_REPORT_DEPENDENCIES"]
    const note = (name) => ofNode.includes(name) || read.add(String(name))
    process.env = new Proxy(process.env, {
      get: (env, name) => (note(name), env[name]),
      has: (env, name) => (note(name), name in env),
      ownKeys: (env) => (note("all of it"), Reflect.ownKeys(env)),
      getOwnPropertyDescriptor: (env, name) => (note(name), Reflect.getOwnPropertyDescriptor(env, name))
    })
    process.once("exit", () => {
      // The pipes are those of this program's own output.
      const running = process.getActiveResourcesInfo().filter((kind) => kind !== "PipeWrap")
      process.stdout.write(JSON.stringify({ read: [...read].sort(), running, listeners: listeners() }))
    })
    const listeners = () => ["SIGINT", "SIGTERM", "uncaughtException", "unhandledRejection", "beforeExit"]
      .filter((name) => process.listenerCount(name) > 0)
  `)}`

  const load = (file: string) =>
    Effect.map(Processes.run(process.execPath, ["--import", witness, file]), ({ exitCode, stderr, stdout }) => {
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
      return JSON.parse(stdout) as { read: Array<string>; running: Array<string>; listeners: Array<string> }
    })

  for (const name of packages) {
    it.live(
      `${name} reads no environment, starts nothing and ends by itself`,
      () =>
        Effect.gen(function* () {
          const { listeners, read, running } = yield* load(
            `packages/${name}/src/${name === "cli" ? "Command" : "index"}.ts`
          )
          expect({ listeners, read, running }).toEqual({ listeners: [], read: [], running: [] })
        }),
      timeout
    )
  }

  it.live(
    "the emulator on a socket opens none",
    () =>
      Effect.gen(function* () {
        const { listeners, running } = yield* load("packages/emulator/src/Server.ts")
        expect({ listeners, running }).toEqual({ listeners: [], running: [] })
      }),
    timeout
  )
})
