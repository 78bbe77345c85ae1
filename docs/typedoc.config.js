/** The API pages: what each library exports, and the sidebar for them. */
const packages = ["client", "emulator", "admin", "cluster", "undici", "schema"]

export default {
  name: "API",
  plugin: ["typedoc-plugin-markdown", "./documented.js"],
  entryPoints: packages.map((name) => `../packages/${name}/src/index.ts`),
  tsconfig: "tsconfig.json",
  skipErrorChecking: true,
  readme: "none",
  out: "api",
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  treatValidationWarningsAsErrors: true,
  validation: { invalidLink: true, notExported: false },
  // Pages for VitePress
  entryFileName: "index",
  indexFormat: "table",
  parametersFormat: "table",
  hidePageHeader: true,
  hideBreadcrumbs: true
}
