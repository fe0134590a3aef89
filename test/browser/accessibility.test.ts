import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import type { Dashboard } from "../support/dashboard.ts";
import { useScene } from "../support/scene.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with the page as it is now, in a line each. */
async function violations({ page }: Dashboard): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const results = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    });
    return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

describe.each(BROKERS.filter(({ name }) => name === "nats-server"))("axe, with $name", (kind) => {
  const scene = useScene(kind);

  test.each(["light", "dark"] as const)("finds nothing: %s, off, live, and broken", async (colorScheme) => {
    const { dashboard } = scene;
    // A colour in the middle of its transition is nobody's choice.
    await dashboard.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await violations(dashboard)).toEqual([]);

    await dashboard.toggle();
    await dashboard.turns("green");
    for (const feed of ["sparc", "llm", "propagation"] as const) await scene.publish(feed, "an event");
    (await scene.publisher()).publish("egos.llm.logs", "no JSON");
    await dashboard.counts("llm", "malformed", 1);
    expect(await violations(dashboard)).toEqual([]);

    await scene.broker.kill();
    await dashboard.banner("refused");
    expect(await violations(dashboard)).toEqual([]);
  });
});
