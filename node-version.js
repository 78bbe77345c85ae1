// Loaded before any TypeScript: says what is wrong where an older Node would only say "unknown file extension".
const needed = 26
if (Number(process.versions.node.split(".")[0]) < needed) {
  console.error(
    `This needs Node ${needed}, and this is Node ${process.versions.node}. Start it through pnpm, which brings its own: npx -y pnpm@12 start`
  )
  process.exit(1)
}
