/** The list of secrets that tests write on purpose. */
import type { Exception } from "./Scan.ts"

export const exceptions: ReadonlyArray<Exception> = [
  {
    file: "test/cli/Fleet.test.ts",
    channel: "file",
    text: /^CANARY-secret\+\/=&"'<>(-2)?\n?$/g,
    because: "the test mounts secrets as files, and these are the files"
  },
  {
    file: "test/e2e/BadWeek.test.ts",
    channel: "process",
    text: /^ {2}export GENESYSCLOUD_OAUTHCLIENT_SECRET=.+$/gm,
    because: "whoever starts the emulator is told how to log in to it"
  },
  {
    file: "test/e2e/Emulator.test.ts",
    channel: "process",
    text: /^ {2}export GENESYSCLOUD_OAUTHCLIENT_SECRET=.+$/gm,
    because: "whoever starts the emulator is told how to log in to it"
  },
  {
    file: "test/e2e/EmulatorExec.test.ts",
    channel: "process",
    text: /^GENESYSCLOUD_OAUTHCLIENT_SECRET=.+$/gm,
    because: "the program that the emulator starts is told how to log in to it"
  },
  {
    file: "test/e2e/EmulatorGuide.test.ts",
    channel: "process",
    text: /^ {2}export GENESYSCLOUD_OAUTHCLIENT_SECRET=.+$/gm,
    because: "whoever starts the emulator is told how to log in to it"
  },
  {
    file: "test/e2e/Guides.test.ts",
    channel: "process",
    text: /^ {2}export GENESYSCLOUD_OAUTHCLIENT_SECRET=.+$/gm,
    because: "whoever starts the emulator is told how to log in to it"
  },
  {
    file: "test/e2e/FleetGuide.test.ts",
    channel: "file",
    text: /^ {2}export GENESYSCLOUD_OAUTHCLIENT_SECRET=.+$/gm,
    because: "whoever starts the emulator is told how to log in to it, and keeps that in a file"
  },
  {
    file: "test/e2e/QueueGuide.test.ts",
    channel: "file",
    text: /^ {2}export GENESYSCLOUD_OAUTHCLIENT_SECRET=.+$/gm,
    because: "whoever starts the emulator is told how to log in to it, and keeps that in a file"
  },
  {
    file: "test/e2e/Spreadsheet.test.ts",
    channel: "process",
    text: /^ {2}export GENESYSCLOUD_OAUTHCLIENT_SECRET=.+$/gm,
    because: "whoever starts the emulator is told how to log in to it"
  },
  {
    file: "test/emulator/journal/RequestJournal.test.ts",
    channel: "span",
    text: /(client_secret|access_token)=[^\s'"]+/g,
    because: "the test puts secrets into a URL, and the spans of Effect's own HTTP client hold the whole of it"
  },
  {
    file: "test/emulator/journal/RequestJournal.test.ts",
    channel: "error",
    text: /(client_secret|access_token)=[^\s'"]+/g,
    because: "the test puts secrets into a URL, and the errors of Effect's own HTTP client hold the whole of it"
  },
  {
    file: "test/published/Published.test.ts",
    channel: "file",
    text: /(defaultClientSecret = "|secret:`|\\"clientSecret\\":\\")this-is-the-emulator-not-a-secret/g,
    because: "the emulator is published with the secret of its client, and workerd reads it from its configuration"
  },
  {
    file: "test/faults/LeakScan.test.ts",
    channel: "process",
    text: /[^]+/,
    because: "the test runs tests that say secrets on purpose"
  }
]
