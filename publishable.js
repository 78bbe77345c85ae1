// Run in a package before it is published. Refuses what would be installed and not work.
import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"

const refuse = (why) => {
  console.error(why)
  process.exit(1)
}

const { name, publishConfig } = JSON.parse(readFileSync("package.json", "utf8"))

// Only pnpm puts publishConfig.exports in the place of exports, which point at src.
if (!process.env.npm_config_user_agent?.startsWith("pnpm/")) {
  refuse(`${name} cannot be published with npm: its exports would point at src. Run: npx -y pnpm@12 publish`)
}

const targets = [...Object.values(publishConfig.exports), ...Object.values(publishConfig.bin ?? {})]
const missing = [...targets.map((target) => target.replace("*", "index")), "dist"].filter(
  (file) => !existsSync(resolve(file))
)
if (missing.length > 0) {
  refuse(`${name} is not built: there is no ${missing[0]}. Run: npx -y pnpm@12 build`)
}
