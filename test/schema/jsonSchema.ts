/**
 * The schemas of a printed document, in the spelling of the tables in `test/fixtures`.
 */

export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly items?: JsonSchema
  readonly properties?: { readonly [name: string]: JsonSchema }
  readonly additionalProperties?: JsonSchema
  readonly required?: ReadonlyArray<string>
  readonly uniqueItems?: boolean
}

/** The type of a schema of a document that has these components; `null` is left out. */
export const typesOf = (components: { readonly [name: string]: JsonSchema }) => {
  const typeOf = (schema: JsonSchema): string => {
    if (schema.$ref) {
      const name = schema.$ref.replace("#/components/schemas/", "")
      const target = components[name]!
      return target.properties ? name : typeOf(target)
    }
    if (schema.anyOf) {
      const types = schema.anyOf.filter(({ type }) => type !== "null")
      return types.length === 1
        ? typeOf(types[0]!)
        : types.map((schema) => (schema.type === "array" ? "list" : (schema.type ?? typeOf(schema)))).join(" | ")
    }
    if (schema.items) return `${typeOf(schema.items)}[]`
    if (schema.additionalProperties) return `map<${typeOf(schema.additionalProperties)}>`
    return schema.type!
  }
  return typeOf
}
