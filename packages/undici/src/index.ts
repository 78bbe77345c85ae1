/**
 * An `HttpClient` for Node over undici's `dispatch`.
 *
 * @module
 */
export * as UndiciHttpClient from "./UndiciHttpClient.ts"
