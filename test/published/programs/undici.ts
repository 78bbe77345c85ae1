/**
 * The client with undici.
 */
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"

export const undici = { ...UndiciHttpClient }
