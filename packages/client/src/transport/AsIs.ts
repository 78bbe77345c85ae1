/**
 * Tells documents that a schema would read as they are, as nearly all answers can be:
 * these need not be copied.
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"

/**
 * Whether what is decoded and `document` are the same: it is of the decoded type, and has
 * no fields that decoding leaves out. May say no where it cannot tell.
 */
export const make = <A>(schema: Schema.Decoder<A>): ((document: unknown) => document is A) => {
  const type = Schema.toType(schema)
  SchemaJITCompiler.enable(type.ast)
  const isDecoded = Schema.is(type)
  const isKnown = knownOf(type.ast)
  return (document): document is A => isDecoded(document) && (isKnown === undefined || isKnown(document))
}

/** Whether a value of the type has the fields of the type only; absent where it cannot have others. */
type IsKnown = (value: unknown) => boolean

const knownOf = (ast: SchemaAST.AST): IsKnown | undefined => {
  if (SchemaAST.isArrays(ast)) {
    if (ast.elements.length > 0) return cannotTell
    const [item] = ast.rest.map(knownOf)
    return item && ((items) => (items as ReadonlyArray<unknown>).every(item))
  }
  if (SchemaAST.isUnion(ast)) return ast.types.some(knownOf) ? cannotTell : undefined
  if (SchemaAST.isSuspend(ast)) return cannotTell
  if (!SchemaAST.isObjects(ast)) return undefined
  if (ast.indexSignatures.length > 0)
    return ast.indexSignatures.some(({ type }) => knownOf(type)) ? cannotTell : undefined
  const fields = new Set<PropertyKey>(ast.propertySignatures.map(({ name }) => name))
  const nested = ast.propertySignatures.flatMap(({ name, type }) => {
    const isKnown = knownOf(type)
    return isKnown === undefined ? [] : [{ name, isKnown }]
  })
  return (document) => {
    const value = document as { readonly [field: PropertyKey]: unknown }
    for (const field in value) if (!fields.has(field)) return false
    for (const { isKnown, name } of nested) if (value[name] !== undefined && !isKnown(value[name])) return false
    return true
  }
}

const cannotTell: IsKnown = () => false
