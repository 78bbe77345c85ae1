import { describe, expect, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../support/processes.ts"

const read = (file: string) => readFileSync(join(root, file), "utf8")

const folder = ".github/workflows"
const workflows = readdirSync(join(root, folder)).map((file) => ({
  file,
  text: read(`${folder}/${file}`).replace(/^ *#.*$/gm, "")
}))

describe("the workflows", () => {
  it("run only existing scripts", () => {
    const { devDependencies, scripts } = JSON.parse(read("package.json"))
    expect(devDependencies).toHaveProperty("@changesets/cli")
    const known = new Set([...Object.keys(scripts), "install", "update", "changeset"])
    for (const { file, text } of workflows) {
      const called = [...text.matchAll(/\bpnpm(?:@\d+)? (?:run )?([a-z]+)/g)].map(([, name]) => name!)
      expect(called.length, file).toBeGreaterThan(2)
      expect(
        called.filter((name) => !known.has(name)),
        file
      ).toEqual([])
    }
  })

  it("run the same checks as `check`", () => {
    const { check }: { check: string } = JSON.parse(read("package.json")).scripts
    const ci = read(`${folder}/ci.yml`)
    for (const command of check.split(" && ")) expect(ci).toContain(`- run: ${command}\n`)
  })

  it("use only well-known actions by their major version, and only the secret of the registry", () => {
    for (const { text } of workflows) {
      for (const [, action] of text.matchAll(/uses: (.+)/g)) {
        expect(action).toMatch(
          /^(actions\/(checkout|setup-node|upload-pages-artifact|deploy-pages)|pnpm\/action-setup|changesets\/action)@v\d+$/
        )
      }
      for (const [, secret] of text.matchAll(/secrets\.(\w+)/g)) expect(["GITHUB_TOKEN", "NPM_TOKEN"]).toContain(secret)
    }
  })

  it("test the supported versions of Node on three systems", () => {
    const needed: string = JSON.parse(read("packages/cli/package.json")).engines.node
    expect(needed).toBe(">=22.19")
    expect(read(`${folder}/ci.yml`)).toContain(
      "os: [ubuntu-latest, windows-latest, macos-latest]\n        node: [22, 24, 26]"
    )
  })
})
