import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as GenesysError from "@genesys-license/client/GenesysError"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import * as Processes from "../support/processes.ts"

const timeout = 180_000

interface Block {
  /** The comment before it: a file that it is, or how it is run. */
  readonly note: string
  readonly language: string
  readonly text: string
  /** What stands right below it and is what it prints. */
  readonly output: string | undefined
}

const guides = [
  "index.md",
  ...readdirSync(join(Processes.root, "docs/guide"))
    .sort()
    .map((name) => `guide/${name}`)
]

const textOf = (guide: string) => readFileSync(join(Processes.root, "docs", guide), "utf8")

const blocksOf = (guide: string): ReadonlyArray<Block> => {
  const block =
    /(?:<!-- (?<note>.+) -->\n\n)?```(?<language>(?!text)\w+)\n(?<text>[^]*?)```\n(?:\n```text\n(?<output>[^]*?)```)?/g
  return [...textOf(guide).matchAll(block)].map(({ groups }) => ({
    note: groups!["note"] ?? "",
    language: groups!["language"]!,
    text: groups!["text"]!,
    output: groups!["output"]
  }))
}

const isExample = ({ note }: Block) => note.startsWith("examples/")
const isFile = ({ note }: Block) => /^[\w.-]+\.\w+$/.test(note)
const isInstallation = ({ note }: Block) => note === "install"
/** What needs a Postgres: `QueueGuide.test.ts` runs it. Postgres itself comes from elsewhere there. */
const isOfQueue = ({ note }: Block) => note === "queue" || note === "postgres"
/** The check of types. `test/published` does it, with packages as they are published. */
const isTyping = ({ note }: Block) => note === "types"

/** A folder with the files of a guide, where its commands are those of this repository. */
const workshop = (guide: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "guides-"))
      const script = (name: string, line: string) =>
        writeFileSync(join(folder, name), `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 })
      script("npx", "")
      script("genesys-license", `"${process.execPath}" "${join(Processes.root, "packages/cli/src/main.ts")}"`)
      for (const { note, text } of blocksOf(guide).filter(isFile)) writeFileSync(join(folder, note), text)
      symlinkSync(join(Processes.root, "node_modules"), join(folder, "node_modules"))
      return folder
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

/** Runs `text` in a shell there. */
const start = (folder: string, text: string, env: Readonly<Record<string, string>> = {}) => {
  const path = [folder, dirname(process.execPath), process.env["PATH"]].join(delimiter)
  return Processes.start("/bin/sh", ["-uc", text], { cwd: folder, env: { HOME: folder, ...env, PATH: path } })
}

/** The variables of an emulated organization of 2,000 users. */
const organization = Effect.gen(function* () {
  const { host, port } = yield* Server
  const { oauth } = yield* Emulator
  return {
    GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
    GENESYSCLOUD_GATEWAY_HOST: host,
    GENESYSCLOUD_GATEWAY_PORT: String(port),
    GENESYSCLOUD_OAUTHCLIENT_ID: oauth.credentials.clientId,
    GENESYSCLOUD_OAUTHCLIENT_SECRET: Redacted.value(oauth.credentials.clientSecret)
  }
})

const exists = (command: string) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0

describe.each(guides)("docs/%s", (guide) => {
  const blocks = blocksOf(guide)
  const commands = blocks.filter(
    (block) =>
      block.language === "sh" && !isFile(block) && !isInstallation(block) && !isOfQueue(block) && !isTyping(block)
  )

  it("has nothing but examples, files, and commands that are run", () => {
    for (const block of blocks) {
      const kinds = [
        isExample(block),
        isFile(block),
        isInstallation(block),
        isOfQueue(block),
        isTyping(block),
        commands.includes(block)
      ]
      expect(kinds.filter(Boolean), block.text).toHaveLength(1)
    }
  })

  it("shows examples as they are", () => {
    for (const { note, text } of blocks.filter(isExample)) {
      expect(readFileSync(join(Processes.root, note), "utf8")).toContain(text)
    }
  })

  it("installs packages that there are, and their peers in the versions that they ask for", () => {
    const manifests = readdirSync(join(Processes.root, "packages")).map((name) =>
      JSON.parse(readFileSync(join(Processes.root, "packages", name, "package.json"), "utf8"))
    )
    const peers = Object.assign({}, ...manifests.map(({ peerDependencies }) => peerDependencies ?? {}))
    const known = [
      ...manifests.map(({ name }) => name),
      ...Object.keys(peers),
      ...Object.entries(peers).map(([name, version]) => `${name}@${version}`),
      "@types/node",
      "rolldown",
      "typescript"
    ]
    for (const { text } of blocks.filter(isInstallation)) {
      const lines = text.trim().split("\n")
      for (const line of lines.filter((line) => !["npm init --yes", "npm pkg set type=module"].includes(line))) {
        expect(line).toMatch(/^npm install (--save-dev )?@?\w/)
        const named = line.replace(/^npm install (--save-dev )?/, "").split(" ")
        expect(known).toEqual(expect.arrayContaining(named))
      }
    }
  })

  it("links to pages, files and headings that there are", () => {
    for (const [, page, heading] of textOf(guide).matchAll(/\]\((?!https:)([^)#\s]*)(?:#([^)]+))?\)/g)) {
      const target = readFileSync(join(Processes.root, "docs", dirname(guide), page!), "utf8")
      const headings = [...target.matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
        text!
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, "")
          .replaceAll(" ", "-")
      )
      if (heading !== undefined) expect(headings).toContain(heading)
    }
  })

  if (commands.length === 0) return
  const needed = ["go"].filter((command) => commands.some(({ text }) => text.includes(`-- ${command} `)))

  it.live.skipIf(!needed.every(exists))(
    "shows commands that do what it says",
    () =>
      Effect.gen(function* () {
        const folder = yield* workshop(guide)
        const environment = yield* organization
        for (const { note, output, text } of commands) {
          if (note === "serves") {
            const running = yield* start(folder, `exec ${text.trim()} --port 0`)
            yield* running.printed(/Ctrl-C stops it\.\n/)
            continue
          }
          if (note === "bundle") {
            writeFileSync(join(folder, "lambda.ts"), readFileSync(join(Processes.root, "examples/lambda.ts")))
            symlinkSync(join(Processes.root, "node_modules/.bin/rolldown"), join(folder, "rolldown"))
          }
          const [where, exitCode = "0"] = note.split(" ")
          const running = yield* start(folder, text, where === "organization" ? environment : {})
          const outcome = yield* running.outcome
          expect(outcome, text).toMatchObject({ exitCode: Number(exitCode) })
          if (output !== undefined) expect(outcome.stdout.trim()).toBe(output.trim())
        }
      }).pipe(Effect.provide(Server.layer({ users: 2_000 }))),
    timeout
  )
})

describe("the guides", () => {
  it("are all in the menu of the site", () => {
    const menu = readFileSync(join(Processes.root, "docs/.vitepress/config.ts"), "utf8")
    for (const guide of guides.slice(1)) expect(menu).toMatch(new RegExp(`\\b${guide.slice(6, -3)}"?: "`))
  })

  it("name every reason of an error, and no other", () => {
    const named = [...textOf("guide/errors.md").matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason)
    expect(named).toEqual(GenesysError.Reason.members.map(({ identifier }) => identifier))
  })

  it.live(
    "lead to a program for a network with a proxy, which asks an emulator directly",
    () =>
      Effect.gen(function* () {
        const { stderr, stdout } = yield* Processes.runFile("examples/proxy.ts", [], {
          env: { ...(yield* organization), HTTP_PROXY: "http://127.0.0.1:9" }
        })
        expect({ stderr, stdout }).toEqual({ stderr: "", stdout: "12 licenses\n" })
      }).pipe(Effect.provide(Server.layer({ users: 60 }))),
    timeout
  )

  it.live(
    "lead to a function for Lambda that is one file, and answers",
    () =>
      Effect.gen(function* () {
        const folder = yield* workshop("guide/lambda.md")
        const { text } = blocksOf("guide/lambda.md").find(({ note }) => note === "bundle")!
        const [, ...args] = text.trim().replace("npx ", "").split(" ")
        const rolldown = join(Processes.root, "node_modules/rolldown/bin/cli.mjs")
        const file = join(folder, "index.mjs")
        const built = yield* Processes.runFile(rolldown, [...args.slice(0, -1), file], {
          cwd: join(Processes.root, "examples")
        })
        expect(built).toMatchObject({ exitCode: 0, stderr: "" })
        const code = readFileSync(file)
        const [, size, zipped] = /has less than (\d+) kB \(less than (\d+) kB gzipped\)/.exec(
          textOf("guide/lambda.md")
        )!
        expect(code.length / 1_000).toBeLessThan(Number(size))
        expect(gzipSync(code).length / 1_000).toBeLessThan(Number(zipped))
        const [user] = (yield* (yield* Emulator).organization.users).filter(({ licenses }) => licenses.length > 0)
        const call = `import { handler } from ${JSON.stringify(pathToFileURL(file).href)}
          console.log(JSON.stringify(await handler({ userId: ${JSON.stringify(user!.id)} })))`
        const { stderr, stdout } = yield* Processes.run(process.execPath, ["--input-type=module", "--eval", call], {
          cwd: folder,
          env: yield* organization
        })
        expect(stderr).toBe("")
        expect(JSON.parse(stdout).sort()).toEqual([...user!.licenses].sort())
      }).pipe(Effect.provide(Server.layer({ users: 60 }))),
    timeout
  )
})
