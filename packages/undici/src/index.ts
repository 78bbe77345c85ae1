/** An `HttpClient` over undici's `dispatch`. */
export * as UndiciHttpClient from "./UndiciHttpClient.ts"
