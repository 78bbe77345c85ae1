import { assert, describe, it } from "@effect/vitest"
import { domainOf, isRegion, regions } from "@genesys-license/schema"

const published: ReadonlyArray<readonly [region: string, domain: string]> = [
  ["us-east-1", "mypurecloud.com"],
  ["us-east-2", "use2.us-gov-pure.cloud"],
  ["us-west-2", "usw2.pure.cloud"],
  ["ca-central-1", "cac1.pure.cloud"],
  ["mx-central-1", "mxc1.pure.cloud"],
  ["sa-east-1", "sae1.pure.cloud"],
  ["eu-west-1", "mypurecloud.ie"],
  ["eu-west-2", "euw2.pure.cloud"],
  ["eu-central-1", "mypurecloud.de"],
  ["eu-central-2", "euc2.pure.cloud"],
  ["eusc-de-east-1", "edee1.eusc-pure.cloud"],
  ["me-central-1", "mec1.pure.cloud"],
  ["ap-northeast-1", "mypurecloud.jp"],
  ["ap-northeast-2", "apne2.pure.cloud"],
  ["ap-northeast-3", "apne3.pure.cloud"],
  ["ap-south-1", "aps1.pure.cloud"],
  ["ap-southeast-1", "apse1.pure.cloud"],
  ["ap-southeast-2", "mypurecloud.com.au"]
]

describe("regions", () => {
  it("has the eighteen published regions", () => {
    assert.deepStrictEqual(Object.entries(regions), published)
    assert.lengthOf(published, 18)
  })
})

describe("isRegion", () => {
  it("knows the names of regions and nothing else", () => {
    for (const [region, domain] of published) {
      assert.isTrue(isRegion(region))
      assert.isFalse(isRegion(domain))
    }
    for (const name of ["us_east_1", "US-EAST-1", "", "toString", "__proto__", "constructor"]) {
      assert.isFalse(isRegion(name))
    }
  })
})

describe("domainOf", () => {
  it.each(published)("takes %s in every spelling for %s", (region, domain) => {
    const spellings = [region, region.replaceAll("-", "_"), region.toUpperCase(), ` ${region}\n`]
    for (const spelling of [...spellings, region.replaceAll("-", "_").toUpperCase()]) {
      assert.strictEqual(domainOf(spelling), domain)
    }
  })

  it.each(published)("takes the hosts of %s for %s", (_, domain) => {
    for (const host of [domain, `api.${domain}`, `login.${domain}`, `apps.${domain}`, domain.toUpperCase()]) {
      assert.strictEqual(domainOf(host), domain)
    }
  })

  it.each([
    ["a host of one's own", "genesys.example.org", "genesys.example.org"],
    ["a region that is not published yet", "euw9.pure.cloud", "euw9.pure.cloud"],
    ["the API of a region that is not published yet", "api.euw9.pure.cloud", "euw9.pure.cloud"],
    ["a host whose name only starts like one of the API", "apis.example.org", "apis.example.org"],
    ["a host within the API's", "api.login.example.org", "login.example.org"],
    ["spaces around", "\tmypurecloud.de ", "mypurecloud.de"],
    ["an address", "127.0.0.1", "127.0.0.1"]
  ])("takes %s", (_, host, domain) => {
    assert.strictEqual(domainOf(host), domain)
  })

  it.each([
    ["an empty string", ""],
    ["spaces", "  "],
    ["a region that does not exist", "us-east-9"],
    ["a region with a number too many", "us-east-11"],
    ["mixed words", "us east 1"],
    ["a name without a dot", "localhost"],
    ["a name of every object", "constructor"],
    ["a prototype", "__proto__"],
    ["a scheme", "https://mypurecloud.com"],
    ["a scheme and nothing else", "https://"],
    ["a path", "mypurecloud.com/api"],
    ["a trailing slash", "mypurecloud.com/"],
    ["a backslash", "mypurecloud.com\\evil.example"],
    ["a query", "mypurecloud.com?x"],
    ["a fragment", "mypurecloud.com#x"],
    ["a port", "mypurecloud.com:443"],
    ["credentials", "user:password@mypurecloud.com"],
    ["a user", "mypurecloud.com@evil.example"],
    ["an encoded character", "mypurecloud%2ecom"],
    ["an underscore in a host", "my_purecloud.com"],
    ["an empty label", "mypurecloud..com"],
    ["a leading dot", ".mypurecloud.com"],
    ["a trailing dot", "mypurecloud.com."],
    ["a leading hyphen", "-mypurecloud.com"],
    ["a label of 64 characters", `${"a".repeat(64)}.com`],
    ["a space within", "mypure cloud.com"],
    ["a line break within", "mypurecloud.com\nevil.example"],
    ["a NUL", "mypurecloud.com\0"],
    ["letters beyond ASCII", "mypurecloud.cоm"],
    ["a wildcard", "*.pure.cloud"],
    ["an IPv6 address", "[::1]"]
  ])("refuses %s", (_, region) => {
    assert.isUndefined(domainOf(region))
  })

  it("gives only what stays the host of a URL", () => {
    for (const [region] of published) {
      const domain = domainOf(region)!
      const url = new URL(`https://api.${domain}/api/v2`)
      assert.strictEqual(url.hostname, `api.${domain}`)
    }
  })
})
