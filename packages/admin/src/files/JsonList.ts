/**
 * Reads JSON that has one long list as it comes: each element of the list is handed
 * over once it is there, and only the rest is kept.
 *
 * Finds no more than where the elements end; whether they are JSON, and whether the rest
 * is, `JSON.parse` decides. So it accepts what `JSON.parse` accepts, however it is
 * formatted, but for a list that is there twice.
 */

const [quote, backslash, comma, colon] = [34, 92, 44, 58]
const [openList, closeList, openObject, closeObject] = [91, 93, 123, 125]

/** Reads a document whose field `list` is long. What is not JSON is thrown as a `SyntaxError`. */
export class JsonList {
  readonly #list: string
  readonly #onElement: (element: unknown) => void
  /** Of the document without the elements. */
  readonly #rest: Array<string> = []
  /** What was read of the element, or of the key, before this part of the text. */
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
    // Where what has begun goes on in this part of the text; and where the rest does.
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
            if (this.#lists++ > 0) throw new SyntaxError(`${this.#list} is there twice`)
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

  /** The document, with an empty list. */
  end(): unknown {
    return JSON.parse(this.#rest.join(""))
  }

  #element(text: string) {
    this.#elements += 1
    this.#onElement(JSON.parse(text))
  }
}
