/**
 * The call as a process. The first argument is the address of the emulator, as JSON.
 */
import { call } from "./call.ts"

console.log(await call(JSON.parse(process.argv[2]!)))
