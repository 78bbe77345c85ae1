/**
 * A process that imports one module and reports the costs. With `list`, it reports which modules
 * of effect are imported by modules outside of effect.
 */
import { registerHooks } from "node:module"

const [module, list] = process.argv.slice(2) as [string, string | undefined]

const direct = new Set<string>()
if (list !== undefined) {
  registerHooks({
    resolve: (specifier, context, next) => {
      const isEffect = /^effect(\/|$)/.test(specifier)
      if (isEffect && !context.parentURL?.includes("/node_modules/effect/")) direct.add(specifier)
      return next(specifier, context)
    }
  })
}

const began = performance.now()
const before = process.cpuUsage()
await import(module)
const { system, user } = process.cpuUsage(before)
process.on("disconnect", () => process.exit())
process.send?.(
  list === undefined ? { cpuMillis: (user + system) / 1000, wallMillis: performance.now() - began } : [...direct].sort()
)
