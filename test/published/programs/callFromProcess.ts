/**
 * The call as a process: where the emulator is comes as JSON in the first argument.
 */
import { call } from "./call.ts"

console.log(await call(JSON.parse(process.argv[2]!)))
