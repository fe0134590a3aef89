import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/tools/cache.ts";

/** Licenses that require only attribution. */
const PERMISSIVE = new Set([
  ...[
    "MIT",
    "MIT-0",
    "ISC",
    "0BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Apache-2.0",
    "BlueOak-1.0.0",
    "Unlicense",
    "CC0-1.0",
  ],
  "Python-2.0",
]);

/** Licenses with further conditions on distribution or changes, acceptable for build and test tools. */
const OF_TOOLS = new Set([...PERMISSIVE, "MPL-2.0", "LGPL-3.0-or-later"]);

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
  packages: Record<string, Locked>;
};

/** Whether an SPDX expression can be satisfied by accepted licenses. */
function isAccepted(expression: string, accepted: ReadonlySet<string> = PERMISSIVE): boolean {
  const all = expression.replace(/[()]/g, "").split(" AND ");
  return all.every((part) => part.split(" OR ").some((id) => accepted.has(id.trim())));
}

test("each direct and indirect dependency has an accepted license", () => {
  const ours = Object.entries(packages).filter(([path]) => path.includes("node_modules/"));
  expect(ours.length).toBeGreaterThan(50);
  const refused = ours
    .filter(([, { license = "none", dev }]) => !isAccepted(license, dev ? OF_TOOLS : PERMISSIVE))
    .map(([path, { license }]) => `${path}: ${license}`);
  expect(refused).toEqual([]);
});

test.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0)", true],
  ["Apache-2.0 AND MIT", true],
  ["MIT AND GPL-3.0-only", false],
  ["none", false],
])("%s is accepted: %s", (expression, expected) => {
  expect(isAccepted(expression)).toBe(expected);
});
