import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { TRANSITIONS } from "./state.ts";

/** `TRANSITIONS` as a Mermaid diagram. */
function diagram(): string {
  const moves = Object.entries(TRANSITIONS).flatMap(([from, ways]) =>
    Object.entries(ways).map(([reason, to]) => `  ${from} --> ${to}: ${reason}`),
  );
  return ["stateDiagram-v2", "  [*] --> idle", ...moves].join("\n");
}

test("the README's diagram has exactly the transitions of the state machine", async () => {
  const readme = await readFile(new URL("./README.md", import.meta.url), "utf8");
  const drawn = /```mermaid\n([^`]+?)\n```/.exec(readme)?.[1];
  expect(drawn).toBe(diagram());
});
