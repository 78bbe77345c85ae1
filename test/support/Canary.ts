/**
 * The secrets of the tests. Each bears one mark, by which the leak scan knows it in
 * whatever it was written to.
 */

/** Stands in every secret, and nowhere else. */
export const mark = "CANARY"

// Characters that are written differently in a form, in JSON and in base64.
export const clientSecret = `${mark}-secret+/=&"'<>`
export const code = `${mark}-code+/=&"`
export const codeVerifier = `${mark}-verifier~._-`
export const assertion = `${mark}-assertion+/=<>`
/** A token from elsewhere, given to the client. */
export const givenToken = `${mark}-given.token`
export const givenRefreshToken = `${mark}-given-refresh+/=`
/** Tokens that a server hands out. */
export const accessToken = `${mark}-access.token+/=`
export const refreshToken = `${mark}-refresh+/=&"`

/** The n-th token of a server that counts them. */
export const token = (n: number) => `${mark}-token-${n}`
