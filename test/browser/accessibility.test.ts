import { describe, expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { BROKERS } from "../support/brokers.ts";
import { useScene } from "../support/scene.ts";

describe.each(BROKERS.filter(({ name }) => name === "nats-server"))("axe, with $name", (kind) => {
  const scene = useScene(kind);

  test.each(["light", "dark"] as const)("finds nothing: %s, off, live, and broken", async (colorScheme) => {
    const { dashboard } = scene;
    // A colour in the middle of its transition is nobody's choice.
    await dashboard.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await violations(dashboard.page)).toEqual([]);

    await dashboard.toggle();
    await dashboard.turns("green");
    for (const feed of ["sparc", "llm", "propagation"] as const) await scene.publish(feed, "an event");
    (await scene.publisher()).publish("egos.llm.logs", "no JSON");
    await dashboard.counts("llm", "malformed", 1);
    expect(await violations(dashboard.page)).toEqual([]);

    await scene.broker.kill();
    await dashboard.banner("refused");
    expect(await violations(dashboard.page)).toEqual([]);
  });
});
