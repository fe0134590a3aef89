import { decode } from "@msgpack/msgpack";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { feedSchema } from "../contract/feed.ts";
import { expandFeed } from "../contract/short-feed.ts";
import { readConfig } from "../worker/config.ts";
import { createDemo, demoFeeds, telemetryLink } from "./demo.ts";

const NOW_MS = Date.UTC(2026, 0, 2, 12);
const demo = createDemo(NOW_MS);

describe("the demo", () => {
  test("the EGOS feeds are a valid FEEDS, each with the history of its stream", () => {
    const result = readConfig({ NATS_URL: "ws://127.0.0.1:9222", FEEDS: demoFeeds() });
    const feeds = result.ok ? result.config.feeds : [];
    expect(feeds.map(({ id }) => id)).toEqual(["sparc", "llm", "propagation"]);
    for (const { subject, stream } of feeds) {
      expect(stream).toEqual({ name: "EGOS", history: { last: 200 }, republished: `stored.${subject}` });
    }
  });

  test("the streams start with ten minutes of history, with matching timestamps in the events", () => {
    const [egos] = demo.streams;
    const initial = egos?.initial ?? [];
    expect(initial.length).toBe(600);
    expect(initial[0]?.atMs).toBe(NOW_MS - 600_000);
    for (const { data, atMs } of initial) {
      expect(JSON.parse(Buffer.from(data).toString()).timestamp).toBe(new Date(atMs).toISOString());
    }
    expect(demo.events.next().value.subject).toMatch(/^egos\./);
  });

  test("every panel of the telemetry board is valid in the page's address, and has messages", () => {
    const link = new URLSearchParams(telemetryLink("http://localhost:1").split("#")[1]);
    const panels = link
      .getAll("panel")
      .map((text) => v.parse(feedSchema, expandFeed(JSON.parse(text), new Set())));
    expect(link.get("feeds")).toBe(panels.map(({ id }) => id).join());
    expect(panels.length).toBe(5);
    const all = demo.streams.flatMap(({ name, initial = [] }) => initial.map((one) => ({ name, ...one })));
    for (const { subject, stream } of panels) {
      const pattern = new RegExp(
        `^${subject.replace(/[$.]/g, "\\$&").replace("*", "[^.]+").replace(">", ".+")}$`,
      );
      const name = (stream as { name: string }).name;
      expect(all.filter((one) => one.name === name && pattern.test(one.subject)).length).toBeGreaterThan(10);
    }
  });

  test("positions are MessagePack, power is a plain number, logs are text", () => {
    const lab = demo.streams.find(({ name }) => name === "LAB")?.initial ?? [];
    const ofSubject = (prefix: string) =>
      lab.find(({ subject }) => subject.startsWith(prefix))?.data ?? new Uint8Array();
    expect(decode(ofSubject("lab.position."))).toMatchObject({
      x: expect.any(Number),
      battery: expect.any(Number),
    });
    expect(Number(Buffer.from(ofSubject("lab.power")).toString())).toBeGreaterThan(0);
    expect(Buffer.from(ofSubject("lab.log.")).toString()).toMatch(/^[A-Z]+ +\S/);
  });
});
