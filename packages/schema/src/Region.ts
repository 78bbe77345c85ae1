/**
 * The regions of Genesys Cloud and their domains.
 *
 * The API is at `https://api.{domain}`, the login at `https://login.{domain}`. The vendor
 * adds regions, so every setting that takes a region also takes any other host.
 *
 * @see https://developer.genesys.cloud/platform/api/
 */

/** The domain of each region. Names are those of AWS. */
export const regions = {
  "us-east-1": "mypurecloud.com",
  "us-east-2": "use2.us-gov-pure.cloud",
  "us-west-2": "usw2.pure.cloud",
  "ca-central-1": "cac1.pure.cloud",
  "mx-central-1": "mxc1.pure.cloud",
  "sa-east-1": "sae1.pure.cloud",
  "eu-west-1": "mypurecloud.ie",
  "eu-west-2": "euw2.pure.cloud",
  "eu-central-1": "mypurecloud.de",
  "eu-central-2": "euc2.pure.cloud",
  "eusc-de-east-1": "edee1.eusc-pure.cloud",
  "me-central-1": "mec1.pure.cloud",
  "ap-northeast-1": "mypurecloud.jp",
  "ap-northeast-2": "apne2.pure.cloud",
  "ap-northeast-3": "apne3.pure.cloud",
  "ap-south-1": "aps1.pure.cloud",
  "ap-southeast-1": "apse1.pure.cloud",
  "ap-southeast-2": "mypurecloud.com.au"
} as const

/** A published region. */
export type Region = keyof typeof regions

/** Whether a string names a published region. */
export const isRegion = (name: string): name is Region => Object.hasOwn(regions, name)

const hostname = /^(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+$/

/**
 * The domain of a region or host: `us-east-1`, `us_east_1` and `mypurecloud.com` all return
 * `mypurecloud.com`. Returns `undefined` if the string is neither a published region nor a
 * host name.
 */
export const domainOf = (region: string): string | undefined => {
  const name = region.trim().toLowerCase()
  const dashed = name.replaceAll("_", "-")
  if (isRegion(dashed)) return regions[dashed]
  const domain = name.replace(/^(api|login|apps)\./, "")
  return hostname.test(domain) ? domain : undefined
}
