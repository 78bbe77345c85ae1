/**
 * Reads JSON with one long list, in parts. Each element of the list is passed on as soon as
 * it is complete; only the rest of the document is kept.
 *
 * The reader finds where elements end, and `JSON.parse` parses them and the rest. So it
 * accepts what `JSON.parse` accepts, in any formatting. One exception: it refuses a document
 * that has the list twice.
 */

const [quote, backslash, comma, colon] = [34, 92, 44, 58]
const [openList, closeList, openObject, closeObject] = [91, 93, 123, 125]

/** Reads a document with a long list in the field `list`. Throws a `SyntaxError` at text that is not JSON. */
export class JsonList {
  readonly #list: string
  readonly #onElement: (element: unknown) => void
  /** The parts of the document without the elements. */
  readonly #rest: Array<string> = []
  /** The beginning of the current element or key, from earlier parts of the text. */
  #begun = ""
  #depth = 0
  #isObject = false
  #isInString = false
  #isEscaped = false
  #isKey = false
  #key: string | undefined
  #isInList = false
  #lists = 0
  #elements = 0

  constructor(list: string, onElement: (element: unknown) => void) {
    this.#list = list
    this.#onElement = onElement
  }

  push(text: string) {
    // Where the current element or key continues in this part of the text, and where the rest does.
    let begun = 0
    let rest = this.#isInList ? text.length : 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false
        else if (code === backslash) this.#isEscaped = true
        else if (code === quote) {
          this.#isInString = false
          if (this.#isKey) this.#key = String(JSON.parse(this.#begun + text.slice(begun, at + 1)))
        }
        continue
      }
      switch (code) {
        case quote:
          this.#isInString = true
          if (this.#isKey) {
            this.#begun = ""
            begun = at
          }
          break
        case openObject:
        case openList:
          this.#depth += 1
          if (this.#depth === 1) this.#isObject = this.#isKey = code === openObject
          else if (this.#depth === 2 && code === openList && this.#key === this.#list && !this.#isInList) {
            if (this.#lists++ > 0) throw new SyntaxError(`the document has ${this.#list} twice`)
            this.#isInList = true
            this.#rest.push(text.slice(rest, at + 1))
            this.#begun = ""
            begun = at + 1
          }
          break
        case closeObject:
        case closeList:
          this.#depth -= 1
          if (this.#depth === 1 && this.#isInList) {
            const last = this.#begun + text.slice(begun, at)
            if (this.#elements > 0 || !/^[ \t\n\r]*$/.test(last)) this.#element(last)
            this.#isInList = false
            rest = at
          }
          break
        case colon:
          if (this.#depth === 1) this.#isKey = false
          break
        case comma:
          if (this.#depth === 1) {
            this.#isKey = this.#isObject
            this.#key = undefined
          } else if (this.#depth === 2 && this.#isInList) {
            this.#element(this.#begun + text.slice(begun, at))
            this.#begun = ""
            begun = at + 1
          }
      }
    }
    if (this.#isInList || (this.#isKey && this.#isInString)) this.#begun += text.slice(begun)
    if (!this.#isInList) this.#rest.push(text.slice(rest))
  }

  /** Ends the reading. Returns the document with an empty list. */
  end(): unknown {
    return JSON.parse(this.#rest.join(""))
  }

  #element(text: string) {
    this.#elements += 1
    this.#onElement(JSON.parse(text))
  }
}
