/**
 * The names by which an emulator on a socket may be called. A website can make a name
 * of its own lead to this machine (DNS rebinding), so every other name is refused.
 */
import * as NetAddress from "effect/net/NetAddress"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

/** Which names are taken, beside those of this machine. */
export interface HostNameOptions {
  /** Other names, such as that of a container. Default: none. */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /** Whether any IP address is taken: no website can make one its own. Default: false. */
  readonly allowAddresses?: boolean | undefined
}

/** Whether a name or an address is this machine: `localhost`, a name below it, or a loopback address. */
export const isLoopback = (name: string): boolean =>
  /^(.+\.)?localhost$/i.test(name) || Option.exists(addressOf(name), NetAddress.isLoopback)

/** Whether a name is one of this machine, or one that the options allow. */
export const isAllowed = (name: string, { allowAddresses = false, allowedHosts = [] }: HostNameOptions): boolean =>
  isLoopback(name) ||
  allowedHosts.some((allowed) => bare(allowed) === bare(name)) ||
  (allowAddresses && Option.isSome(addressOf(name)))

/** The name in a `Host` header, without its port. None where the header has anything else in it. */
export const fromHeader = (host: string): Option.Option<string> =>
  Option.fromNullishOr(/^(\[[\da-f:.]+\]|[^[\]:/?#@\\\s]+)(:\d+)?$/i.exec(host)?.[1])

/** The host and port of an origin such as `http://localhost:3000`; empty for `null`, which a page in a sandbox has. */
export const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : "")

const bare = (name: string) => name.toLowerCase().replace(/^\[(.*)\]$/, "$1")

const addressOf = (name: string) => Result.getSuccess(NetAddress.ipFromString(bare(name)))
