/**
 * `genesys-license emulator`: the emulator's own command.
 */
import * as Emulator from "@genesys-license/emulator/Command"

export const command = Emulator.make("emulator")
