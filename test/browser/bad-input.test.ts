import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { Dashboard, FEED_SUBJECTS, FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useScene } from "../support/page/scene.ts";
import { closeSheet, downloaded, textAt } from "../support/page/sheets.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import type { Broker } from "../support/servers/broker.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { untilSubscribed } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const MEGABYTE = 1024 * 1024;

const BAD: readonly (readonly [reason: string, payload: string | Uint8Array])[] = [
  ["not-json", '{"user": "tester", '],
  ["wrong-type", event("llm", "x").replace('"x"', "17")],
  ["missing", JSON.stringify({ user: "tester" })],
  ["not-object", "[1, 2, 3]"],
  ["empty", ""],
  ["missing", JSON.stringify({ prompt: "y".repeat(MEGABYTE - 20) })],
  ["not-utf8", Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d)],
];

describe("Bad input", () => {
  const scene = useScene(NATS_SERVER);

  test("each is shown as malformed with its reason, and the next message arrives", async () => {
    const { dashboard } = scene;
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    const publisher = await scene.publisher();

    for (const [index, [reason, payload]] of BAD.entries()) {
      publisher.publish(FEEDS.llm, payload);
      await scene.publish("llm", `good after ${reason}`);
      expect(await dashboard.counts("llm", "received", 2 * (index + 1))).toBe(2 * (index + 1));
      expect(await dashboard.count("llm", "malformed")).toBe(index + 1);
      expect(await dashboard.count("llm", "shown")).toBe(index + 1);
      const [newest, before] = await dashboard.rows("llm");
      expect(newest).toContain(`good after ${reason}`);
      expect(before).toContain("Malformed");
      expect((await dashboard.malformedReasons("llm"))[0]).toBe(reason);
    }
    expect(await dashboard.colour()).toBe("green");
    expect(await dashboard.hasBanner()).toBe(false);
    expect(scene.complaints).toEqual([]);
  });

  test("one feed's bad input leaves the other feeds alone", async () => {
    const { dashboard } = scene;
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    (await scene.publisher()).publish(FEEDS.sparc, "no JSON at all");
    await scene.publish("propagation", "a pattern");
    expect(await dashboard.counts("sparc", "malformed", 1)).toBe(1);
    expect(await dashboard.counts("propagation", "shown", 1)).toBe(1);
    expect(await dashboard.count("propagation", "malformed")).toBe(0);
  });
});

describe("values that break parts of the page", () => {
  const app = useApp({
    FEEDS: JSON.stringify([
      {
        id: "sizes",
        subject: "sizes",
        columns: [
          { field: "size", title: "Size", format: "bytes" },
          { field: "name", title: "Name" },
        ],
      },
      { id: "others", subject: "others" },
      {
        id: "deep",
        subject: "deep",
        columns: [
          { field: "a", title: "A" },
          { field: "$payload", title: "All" },
        ],
      },
    ]),
  });
  const browser = useBrowser();
  let broker: Broker;
  let nats: NatsConnection;
  beforeAll(async () => {
    broker = await startNatsServer({ ports: app.brokerPorts });
    nats = await connectPublisher(broker.tcpUrl);
  });
  afterAll(async () => {
    await nats.close();
    await broker.stop();
  });

  async function openLive() {
    const observed = await browser.openPage();
    const { page } = observed;
    const dashboard = new Dashboard(page);
    await page.addInitScript(() => {
      const { get } = Object.getOwnPropertyDescriptor(Intl.NumberFormat.prototype, "format") ?? {};
      Object.defineProperty(Intl.NumberFormat.prototype, "format", {
        get() {
          return (value: number) => {
            if (value === 666) throw new Error("broken by the test");
            return get?.call(this)(value);
          };
        },
      });
      const { format } = Intl.RelativeTimeFormat.prototype;
      Intl.RelativeTimeFormat.prototype.format = function (...all: Parameters<typeof format>) {
        if ("broken" in document.documentElement.dataset) throw new Error("broken by the test");
        return format.apply(this, all);
      };
      const { slice, split } = String.prototype;
      // These methods run while a row is laid out (to shorten its trace) and while a cell is (to split its text).
      Object.assign(String.prototype, {
        slice(this: string, ...all: [number, number]) {
          const isBroken = `${this}` === "breaks-its-row" && !("mended" in document.documentElement.dataset);
          if (isBroken && all[1] === 8) throw new Error("broken by the test");
          return slice.apply(this, all);
        },
        split(this: string, ...all: [never]) {
          if (`${this}` === "breaks-its-cell" && `${all}`.includes("?<="))
            throw new Error("broken by the test");
          return split.apply(this, all);
        },
      });
    });
    await dashboard.open(app.url);
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilSubscribed(broker);
    return { page, dashboard, complaints: observed.complaints };
  }

  test("a value that can't be formatted is shown raw; a panel fails alone and can be restored", async () => {
    const { page, complaints } = await openLive();
    const rows = () => page.locator(hook("feed-sizes-row")).allTextContents();
    const publish = (size: number) => nats.publish("sizes", JSON.stringify({ size, name: `of ${size}` }));
    for (const size of [665, 666, 667]) publish(size);
    await untilEqual(async () => (await rows()).length, 3);
    expect((await rows()).map((row) => row.replace(/^[\d:]{8}/, ""))).toEqual([
      "667\u00a0Bof 667",
      "666of 666",
      "665\u00a0Bof 665",
    ]);

    await page.evaluate(() => {
      document.documentElement.dataset.broken = "";
    });
    const broken = await page.waitForSelector(`${hook("feed-sizes")} [role="alert"]`);
    expect(await broken.textContent()).toContain("This panel crashed. The others still work.");
    await page.evaluate(() => {
      delete document.documentElement.dataset.broken;
    });
    nats.publish("others", "goes on");
    await page.waitForSelector(hook("feed-others-row"));
    await page.click(`${hook("feed-sizes")} [role="alert"] button`);
    await untilEqual(async () => (await rows()).length, 3);
    expect(complaints).toEqual([]);
  });

  test("a cell, a row and an open sheet each fail alone", async () => {
    const { page, dashboard, complaints } = await openLive();
    const publish = (name: string, more = {}) => nats.publish("others", JSON.stringify({ name, ...more }));
    const rows = () => page.locator(`${hook("feed-others")} .row:not(.row--headings)`).allTextContents();
    publish("before");
    publish("breaks-its-cell");
    publish("in the row", { trace_id: "breaks-its-row" });
    publish("after");
    const words = ["after", "This row can't be shown", "can't be shown", "before"];
    await untilEqual(
      async () => (await rows()).map((row) => words.find((text) => row.includes(text))),
      words,
    );
    // A part that can't be laid out in one language may work in another.
    await page.evaluate(() => {
      document.documentElement.dataset.mended = "";
    });
    await dashboard.choose("language", "pt-BR");
    await until("the row in Portuguese", async () => (await rows())[1]?.includes("in the row"));
    await dashboard.choose("language", "en");

    // The details fail at formatting the size of this message.
    publish("x".repeat(666 - '{"name":""}'.length));
    await until("its row", async () => (await rows()).length === 5);
    await page.click(`${hook("feed-others-row")} button`);
    expect(await (await page.waitForSelector(hook("broken"))).textContent()).toContain(
      "The rest of the page still works.",
    );
    publish("goes on");
    await until("the next row", async () => (await rows())[0]?.includes("goes on"));
    await page.click(hook("broken-close"));
    await page.waitForSelector(hook("broken"), { state: "detached" });
    await page.click(`${hook("feed-others-row")} button`);
    await page.waitForSelector(hook("details"));
    expect(await page.textContent(hook("details-json"))).toContain("goes on");
    expect(complaints).toEqual([]);
  });

  test("20,000 levels of nesting don't break the panel: its cells show what they can, and later messages arrive", async () => {
    const { page } = await openLive();
    const levels = 20_000;
    nats.publish("deep", `${"[".repeat(levels)}{"0":1}${"]".repeat(levels)}`);
    nats.publish("deep", `{"a":${'{"b":'.repeat(500)}[${"0,".repeat(100_000)}0]${"}".repeat(500)}}`);
    nats.publish("deep", '{"a":"after it"}');
    await page.waitForSelector(`${hook("feed-deep-received")}[data-value="3"]`);
    await until("the last row", async () => (await textAt(page, "feed-deep")).includes("after it"));
    expect(await page.locator(hook("feed-deep-row")).count()).toBe(3);
    for (const index of [1, 2]) {
      await page
        .locator(`${hook("feed-deep-row")} button`)
        .nth(index)
        .click();
      await page.waitForSelector(hook("details-as-text"));
      await page.click(hook("details-as-text"));
      await page.waitForSelector(`${hook("details-json")}[data-view="text"]`);
      await closeSheet(page);
    }
    await page.click(hook("feed-deep-menu"));
    const { text } = await downloaded(page, "feed-deep-export-jsonl");
    const lines = text.trim().split("\n");
    expect(lines.filter((line) => !line.startsWith('{"gap"'))).toHaveLength(3);
  });

  test("browsers that translate pages leave this one unchanged", async () => {
    const { page, dashboard, complaints } = await openLive();
    nats.publish("others", "before");
    await page.waitForSelector(hook("feed-others-row"));
    // Like a browser's translation: each text is moved into a new element, translated.
    await page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (walker.nextNode() !== null) texts.push(walker.currentNode as Text);
      for (const text of texts) {
        if (text.parentElement?.translate !== true) continue;
        const [outer, inner] = [document.createElement("font"), document.createElement("font")];
        inner.textContent = `«${text.data}»`;
        outer.append(inner);
        text.replaceWith(outer);
      }
    });
    expect(await dashboard.pillText()).toContain("Live");
    nats.publish("others", "after");
    await until("the newer row", async () =>
      (await page.textContent(hook("feed-others")))?.includes("after"),
    );
    await dashboard.toggle();
    await dashboard.turns("grey");
    expect(await dashboard.pillText()).toBe("Stopped");
    expect(await page.textContent(hook("feed-others-received"))).toContain("2");
    expect(complaints).toEqual([]);
  });
});
