import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/tools/cache.ts";

/** Licenses that let anybody use, change and pass on what we build, for one mention of their authors. */
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

/** Licenses that ask more of whoever passes it on, or changes it: for what only runs here, to build and to test. */
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

/** Whether an SPDX expression leaves us the choice of accepted ones. */
function isAccepted(expression: string, accepted: ReadonlySet<string> = PERMISSIVE): boolean {
  const all = expression.replace(/[()]/g, "").split(" AND ");
  return all.every((part) => part.split(" OR ").some((id) => accepted.has(id.trim())));
}

test("each package that we depend on, however far down, has a license that we accept", () => {
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
