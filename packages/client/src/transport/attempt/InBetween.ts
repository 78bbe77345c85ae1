/**
 * Recognizes responses that do not come from Genesys Cloud, but from a proxy, a gateway or the
 * login page of a network.
 */

/** Whether a body is a web page. Genesys Cloud sends none. */
export const isPage = (text: string | undefined): boolean => text !== undefined && /^[\s\uFEFF]*</.test(text)

/** Says where such a page comes from, and what to do. */
export const page =
  "it is a web page (HTML), probably from a proxy, a gateway or the login page of this network; open a web page in a browser on this machine, and check the region or gateway"
