/**
 * What something between here and Genesys Cloud answers in its place.
 */

/** Whether an answer is a web page. Genesys Cloud sends none. */
export const isPage = (text: string | undefined): boolean => text !== undefined && /^[\s\uFEFF]*</.test(text)

/** Where such a page comes from, and what to do. */
export const page =
  "it is a web page (HTML) of something in between, such as a proxy, a gateway or the sign-in page of this network; open a page in a browser on this machine, and check the region or gateway"
