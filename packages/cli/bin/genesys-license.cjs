#!/usr/bin/env node
// In syntax that an old Node reads, too: says what is wrong where the command itself would fail with an error of a library.
"use strict"
var manifest = require("../package.json")
var needed = manifest.engines.node.replace(">=", "")

/** @param {string} version @param {string} other */
function isBelow(version, other) {
  var ours = version.split(".")
  var theirs = other.split(".")
  return Number(ours[0]) !== Number(theirs[0])
    ? Number(ours[0]) < Number(theirs[0])
    : Number(ours[1]) < Number(theirs[1] || 0)
}

if (isBelow(process.versions.node, needed)) {
  console.error("genesys-license needs Node " + needed + " or newer; this is Node " + process.versions.node + ".")
  process.exit(1)
}
import("../dist/main.js")
