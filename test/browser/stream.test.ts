import { describe, expect, test } from "vitest";
import { NATS_SERVER } from "../support/brokers.ts";
import { FEED_SUBJECTS, FEEDS, hook } from "../support/dashboard.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { publishSteadily } from "../support/pace.ts";
import { useScene } from "../support/scene.ts";
import { openSheet, textAt } from "../support/sheets.ts";
import { until, untilEqual } from "../support/until.ts";

describe("the stream", () => {
  const scene = useScene(NATS_SERVER, { shared: true });
  const count = async (name: string): Promise<number> =>
    Number(await scene.dashboard.page.getAttribute(hook(`stream-${name}`), "data-value"));
  const subjects = (): Promise<(string | null)[]> =>
    scene.dashboard.page.$$eval(hook("stream-subject-row"), (rows) =>
      rows.map((row) => row.getAttribute("data-subject")),
    );

  test("shows everything that the feeds receive, as it came", async () => {
    const { page } = scene.dashboard;
    await scene.goLive();
    await openSheet(page, "stream");
    await scene.publish("sparc", "a task");
    (await scene.publisher()).publish(FEEDS.llm, "no JSON at all");
    await untilEqual(() => count("received"), 2);
    expect(await count("listed")).toBe(2);
    expect((await subjects()).sort()).toEqual([FEEDS.llm, FEEDS.sparc]);
    expect(await textAt(page, "stream-row")).toContain("no JSON at all");
  });

  test("listens to any wildcard, by a subscription of its own", async () => {
    const { page } = scene.dashboard;
    await page.fill(hook("stream-subject"), "other.*.>");
    await page.press(hook("stream-subject"), "Enter");
    await untilEqual(scene.held, [[...FEED_SUBJECTS, "other.*.>"]]);
    const nats = await scene.publisher();
    for (const subject of ["other.a.b", "other.a.b.c", "other.a", "elsewhere.a.b"]) {
      nats.publish(subject, subject);
    }
    nats.publish("other.last.one", "");
    await untilEqual(() => count("received"), 3);
    expect((await subjects()).sort()).toEqual(["other.a.b", "other.a.b.c", "other.last.one"]);
  });

  test("says what is wrong with a subject before it asks for it", async () => {
    const { page } = scene.dashboard;
    for (const [typed, problem] of [
      ["a..b", "empty token"],
      ["a b", "no white space"],
      [">.a", "may only be the last"],
    ] as const) {
      await page.fill(hook("stream-subject"), typed);
      expect(await textAt(page, "stream")).toContain(problem);
      expect(await page.isDisabled(hook("stream-listen"))).toBe(true);
    }
  });

  test("lays out only the rows in view, and stands still where its reader has scrolled", async () => {
    const { page } = scene.dashboard;
    await page.fill(hook("stream-subject"), "many");
    await page.click(hook("stream-listen"));
    await untilEqual(scene.held, [[...FEED_SUBJECTS, "many"]]);
    await publishSteadily(await scene.publisher(), { perSecond: 100, seconds: 1.5 }, (index) => ({
      subject: "many",
      payload: `message ${index}`,
    }));
    await untilEqual(() => count("listed"), 150);
    expect(await page.locator(hook("stream-row")).count()).toBeLessThan(60);
    await page
      .locator(".scroller[aria-labelledby='stream-messages']")
      .evaluate((box) => box.scrollBy(0, 900));
    await until("it says so", async () => /standing still/.test(await textAt(page, "stream")));
    await page.locator(".scroller[aria-labelledby='stream-messages']").evaluate((box) => box.scrollTo(0, 0));
    await until("it goes on", async () => !/standing still/.test(await textAt(page, "stream")));
  });

  test("folds into counts by subject above its threshold, says which, and unfolds again", async () => {
    const { page } = scene.dashboard;
    const flood = publishSteadily(await scene.publisher(), { perSecond: 1500, seconds: 2 }, () => ({
      subject: "many",
      payload: "more",
    }));
    await untilEqual(() => page.getAttribute(hook("stream-folding"), "data-value"), "true");
    expect(await textAt(page, "stream-folding")).toMatch(/More than 200 messages\/s/);
    expect(await page.locator(hook("stream-row")).count()).toBe(0);
    await flood;
    await untilEqual(() => count("received"), 3150);
    expect((await count("listed")) + (await count("folded")) + (await count("dropped"))).toBe(3150);
    expect(await textAt(page, "stream-subject-row")).toMatch(/^many3,150.*more$/);
    await untilEqual(() => page.getAttribute(hook("stream-folding"), "data-value"), "false");
    expect(scene.complaints).toEqual([]);
  });
});

/** Everybody may do everything but hear these. */
const DENIED = `
  no_auth_user: viewer
  authorization {
    users: [{ user: viewer, password: x, permissions: { subscribe: { deny: ["egos.llm.logs", "secret.>"] } } }]
  }
`;

describe("what the token doesn't allow", () => {
  const start = (options: object = {}) => startNatsServer({ ...options, config: DENIED });
  const scene = useScene({ start }, { shared: true });

  test("is said of a feed in its panel, of a subject in the stream, and leaves the others alone", async () => {
    const { page } = scene.dashboard;
    await scene.dashboard.toggle();
    await scene.dashboard.turns("green");
    await page.waitForSelector(hook("feed-llm-denied"));
    await scene.publish("sparc", "a task");
    expect(await scene.dashboard.counts("sparc", "shown", 1)).toBe(1);
    await openSheet(page, "stream");
    await page.fill(hook("stream-subject"), "secret.plans");
    await page.press(hook("stream-subject"), "Enter");
    await page.waitForSelector(hook("stream-denied"));
    expect(await scene.dashboard.colour()).toBe("green");
    expect(await scene.dashboard.hasBanner()).toBe(false);
    expect(scene.complaints).toEqual([]);
  });
});
