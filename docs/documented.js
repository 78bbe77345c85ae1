/**
 * A plugin of TypeDoc. Each export has a comment, and so has each member of an exported class or interface, such as a
 * service and its options. The fields of wire models do without: the vendor names and describes them.
 */
import { Application, Comment, Converter, ReflectionKind } from "typedoc"

const hasMembers = ReflectionKind.Class | ReflectionKind.Interface

/** Every reason of an error has the first three, and `Reason` says what they are. Ids are what they are called. */
const isKnown = ({ name }) => /^(_tag|isRetryable|message|(user|license|role)Ids?)$/.test(name)

export const load = (app) => {
  // `client/src` is the package `client`.
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, one) => {
    if (one.kindOf(ReflectionKind.Module)) one.name = one.name.replace(/\/src$/, "")
    if (one.kindOf(ReflectionKind.Namespace)) one.comment ??= headOf(context, one)
  })
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => {
    const places = project.getReflectionsByKind(ReflectionKind.SomeModule)
    const exports = places.flatMap(({ children = [] }) => children).filter((one) => !one.isReference())
    // A model is a schema and a type of one name, and one of them says what it is.
    const said = new Set(exports.filter(isDocumented).map((one) => one.getFriendlyFullName()))
    const members = exports
      .filter((one) => one.kindOf(hasMembers))
      .flatMap(({ children = [] }) => children)
      .filter((one) => !one.kindOf(ReflectionKind.Constructor) && !isWireField(one) && !isKnown(one))
    const silent = [
      ...exports.filter((one) => !said.has(one.getFriendlyFullName())),
      ...members.filter((one) => !isDocumented(one))
    ]
    for (const name of new Set(silent.map((one) => one.getFullName()))) {
      app.logger.validationWarning(`${name} has no comment.`)
    }
  })
}

/** What a file that is exported as a namespace says in its first lines. */
const headOf = (context, one) => {
  const [file] = context.resolveAliasedSymbol(context.getSymbolFromReflection(one)).declarations
  const text = /^\/\*\*(.*?)\*\//s.exec(file.text)?.[1].replace(/^ *\* ?/gm, "")
  return text && new Comment([{ kind: "text", text: text.replace(/@see[^]*/, "").trim() }])
}

const isDocumented = (one) =>
  one.hasComment() ||
  (one.signatures ?? [one.getSignature, one.setSignature]).some((signature) => signature?.hasComment()) ||
  (one.type?.type === "reflection" && (one.type.declaration.signatures ?? []).some((it) => it.hasComment()))

/** What an interface has by extending the type of its schema, and the JSON of a model. */
const isWireField = (one) =>
  one.parent.kindOf(ReflectionKind.Interface) &&
  (one.inheritedFrom !== undefined || one.parent.name.endsWith("Encoded"))
