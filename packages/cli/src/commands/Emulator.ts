/**
 * `genesys-license emulator`: the command of the emulator package, under this name.
 */
import * as Emulator from "@genesys-license/emulator/command/Command"

export const command = Emulator.make("emulator")
