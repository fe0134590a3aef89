import { describe, expect, test } from "vitest";
import { publishSteadily } from "../support/clients/pace.ts";
import { FEED_SUBJECTS, FEEDS, hook } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { closeSheet, openSheet, textAt } from "../support/page/sheets.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

describe("the stream", () => {
  const scene = useScene(NATS_SERVER, { shared: true });
  const page = () => scene.dashboard.page;
  const count = async (name: string): Promise<number> =>
    Number(await page().getAttribute(hook(`feed-stream-${name}`), "data-value"));
  const topics = (): Promise<(string | null)[]> =>
    page().$$eval(hook("stream-subject-row"), (rows) => rows.map((row) => row.getAttribute("data-subject")));
  const rows = (): Promise<string[]> =>
    page().$$eval(hook("feed-stream-row"), (all) => all.map((row) => row.textContent ?? ""));
  const press = (topic: string) =>
    page().click(`${hook("stream-subject-row")}[data-subject="${topic}"] button`);

  test("shows all messages that the panels receive, raw, by subject", async () => {
    await scene.goLive();
    await openSheet(page(), "stream");
    await scene.publish("sparc", "a task");
    (await scene.publisher()).publish(FEEDS.llm, "no JSON at all");
    await untilEqual(() => count("received"), 2);
    expect(await count("malformed")).toBe(0);
    await untilEqual(topics, ["egos"]);
    await press("egos");
    await untilEqual(async () => (await topics()).sort(), ["egos", "egos.llm", "egos.sparc"]);
    await until("the message", async () => (await rows()).some((row) => row.includes("no JSON at all")));
    expect(await page().getByRole("table", { name: "Newest messages" }).count()).toBe(1);
  });

  test("opens a message like a panel does, complete", async () => {
    await page()
      .locator(`${hook("feed-stream-row")} button`)
      .first()
      .click();
    await page().waitForSelector(hook("details"));
    expect(await textAt(page(), "details")).toContain("no JSON at all");
    await page().keyboard.press("Escape");
    await page().waitForSelector(hook("details"), { state: "detached" });
  });

  test("subscribes to any wildcard separately, and remembers it", async () => {
    await openSheet(page(), "stream");
    await page().fill(hook("stream-subject"), "other.*.>");
    await page().press(hook("stream-subject"), "Enter");
    await untilEqual(scene.held, [[...FEED_SUBJECTS, "other.*.>"]]);
    const nats = await scene.publisher();
    for (const subject of ["other.a.b", "other.a.b.c", "other.a", "elsewhere.a.b"]) {
      nats.publish(subject, subject);
    }
    nats.publish("other.last.one", "");
    await untilEqual(() => count("received"), 3);
    await closeSheet(page());
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    await openSheet(page(), "stream");
    expect(await page().inputValue(hook("stream-subject"))).toBe("other.*.>");
    await untilEqual(scene.held, [[...FEED_SUBJECTS, "other.*.>"]]);
  });

  test("opens with everything if the remembered subject can't be subscribed to", async () => {
    await closeSheet(page());
    await page().evaluate(() => localStorage.setItem("mycelium.stream", "foo bar"));
    await openSheet(page(), "stream");
    expect(await page().inputValue(hook("stream-subject"))).toBe("");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
  });

  test("says what a subject is where one is none, and asks for nothing", async () => {
    const rule = "* stands for one whole token";
    for (const typed of ["a..b", "egos.*x"]) {
      await page().fill(hook("stream-subject"), "egos.*");
      expect(await textAt(page(), "stream")).not.toContain(rule);
      expect(await page().isDisabled(hook("stream-listen"))).toBe(false);
      await page().fill(hook("stream-subject"), typed);
      expect(await textAt(page(), "stream")).toContain(rule);
      expect(await page().isDisabled(hook("stream-listen"))).toBe(true);
    }
    const faintness = (selector: string) =>
      page().$eval(selector, (button) => getComputedStyle(button).opacity);
    expect(await faintness(hook("stream-listen"))).not.toBe(await faintness(hook("stream-close")));
  });

  test("lists 250 messages a second, and can show a single subject", async () => {
    await page().fill(hook("stream-subject"), "many.>");
    await page().press(hook("stream-subject"), "Enter");
    await untilEqual(scene.held, [[...FEED_SUBJECTS, "many.>"]]);
    await publishSteadily(await scene.publisher(), { perSecond: 250, seconds: 2 }, (index) => ({
      subject: `many.${index % 5}`,
      payload: `message ${index}`,
    }));
    await untilEqual(() => count("received"), 500);
    expect((await count("shown")) + (await count("dropped")) + (await count("folded"))).toBe(500);
    await press("many");
    await press("many.3");
    await until("only those", async () => {
      const shown = await rows();
      return shown.length > 0 && shown.every((row) => row.includes("many.3"));
    });
    expect(scene.complaints).toEqual([]);
  });

  test("also shows the messages of a panel that is added while it is open", async () => {
    await page().fill(hook("stream-subject"), "");
    await page().press(hook("stream-subject"), "Enter");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    await page().evaluate(() => {
      location.hash = `open=stream&panel=${encodeURIComponent('{"subject":"brought.>"}')}`;
    });
    await untilEqual(async () => (await scene.held()).flat().includes("brought.>"), true);
    (await scene.publisher()).publish("brought.one", "{}");
    await until("the message", async () => (await topics()).includes("brought"));
  });

  test("stays unchanged when a panel is added whose subject it already shows", async () => {
    const received = await count("received");
    expect(received).toBeGreaterThan(0);
    await page().evaluate(() => {
      location.hash = `${location.hash.slice(1)}&panel=${encodeURIComponent('{"subject":"brought.two"}')}`;
    });
    await untilEqual(async () => (await scene.held()).flat().includes("brought.two"), true);
    expect([await count("received"), await topics()]).toEqual([
      received,
      expect.arrayContaining(["brought"]),
    ]);
  });
});

/** Users have all permissions except subscribing to these subjects. */
const DENIED = `
  no_auth_user: viewer
  authorization {
    users: [{ user: viewer, password: x, permissions: { subscribe: { deny: ["egos.llm.logs", "secret.>"] } } }]
  }
`;

describe("subjects that the token doesn't allow", () => {
  const start = (options: object = {}) => startNatsServer({ ...options, config: DENIED });
  const scene = useScene({ start }, { shared: true });

  test("are reported in the feed's panel and in the stream, and don't affect others", async () => {
    const { page } = scene.dashboard;
    await scene.dashboard.toggle();
    await scene.dashboard.turns("green");
    await page.waitForSelector(hook("feed-llm-denied"));
    await scene.publish("sparc", "a task");
    expect(await scene.dashboard.counts("sparc", "shown", 1)).toBe(1);
    await openSheet(page, "stream");
    await page.waitForSelector(hook("feed-stream-denied"));
    // Messages of its other subjects arrive.
    const ofAll = await textAt(page, "stream");
    expect([ofAll.includes("Subscription denied"), ofAll.includes("Waiting for the first event")]).toEqual([
      false,
      true,
    ]);
    await page.fill(hook("stream-subject"), "secret.plans");
    await page.press(hook("stream-subject"), "Enter");
    await until("the word", async () => (await textAt(page, "stream")).includes("Subscription denied"));
    await page.waitForSelector(hook("feed-stream-denied"));
    expect(await scene.dashboard.colour()).toBe("green");
    expect(await scene.dashboard.hasBanner()).toBe(false);
    expect(scene.complaints).toEqual([]);
  });
});
