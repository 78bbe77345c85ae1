import { readFileSync } from "node:fs"

/**
 * A body from `test/fixtures`. Parsed from its text, because a bundler's import of
 * JSON would take a field called `__proto__` for a prototype.
 */
export const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8"))
