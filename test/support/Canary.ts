/**
 * The secrets of the tests. Each contains the same mark, by which the leak scan recognizes it in
 * all output.
 */

/** In every secret, and nowhere else. */
export const mark = "CANARY"

// Characters with different encodings in a form, in JSON and in base64.
export const clientSecret = `${mark}-secret+/=&"'<>`
export const code = `${mark}-code+/=&"`
export const codeVerifier = `${mark}-verifier~._-`
export const assertion = `${mark}-assertion+/=<>`
/** A token that is configured in the client. */
export const givenToken = `${mark}-given.token`
export const givenRefreshToken = `${mark}-given-refresh+/=`
/** Tokens that a server issues. */
export const accessToken = `${mark}-access.token+/=`
export const refreshToken = `${mark}-refresh+/=&"`

/** The n-th token of a server that numbers its tokens. */
export const token = (n: number) => `${mark}-token-${n}`
