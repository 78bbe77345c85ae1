/**
 * `genesys-license emulator`: the emulator's own command.
 */
import * as Emulator from "@genesys-license/emulator/command/Command"

export const command = Emulator.make("emulator")
