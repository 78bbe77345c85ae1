/**
 * The host names that an emulator on a socket answers to. It refuses all others, because a website
 * can make its host name point to this machine (DNS rebinding).
 */
import * as NetAddress from "effect/net/NetAddress"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

/** The names that are allowed in addition to those of this machine. */
export interface HostNameOptions {
  /** Other names, such as the name of a container. Default: none. */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /** Whether every IP address is allowed. DNS rebinding needs a name, so this is safe. Default: false. */
  readonly allowAddresses?: boolean | undefined
}

/** Whether a host is this machine: `localhost`, a subdomain of it, or a loopback address. */
export const isLoopback = (name: string): boolean =>
  /^(.+\.)?localhost$/i.test(name) || Option.exists(addressOf(name), NetAddress.isLoopback)

/** Whether a host is this machine, or allowed by the options. */
export const isAllowed = (name: string, { allowAddresses = false, allowedHosts = [] }: HostNameOptions): boolean =>
  isLoopback(name) ||
  allowedHosts.some((allowed) => bare(allowed) === bare(name)) ||
  (allowAddresses && Option.isSome(addressOf(name)))

/** The host in a `Host` header, without the port. None if the header is malformed. */
export const fromHeader = (host: string): Option.Option<string> =>
  Option.fromNullishOr(/^(\[[\da-f:.]+\]|[^[\]:/?#@\\\s]+)(:\d+)?$/i.exec(host)?.[1])

/** The host and port of an origin such as `http://localhost:3000`. Empty for `null`, the origin of a sandboxed page. */
export const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : "")

const bare = (name: string) => name.toLowerCase().replace(/^\[(.*)\]$/, "$1")

const addressOf = (name: string) => Result.getSuccess(NetAddress.ipFromString(bare(name)))
