import { expect, test } from "vitest";
import { Life, MINUTE_MS } from "../test/support/clients/virtual-life.ts";
import { Timeline } from "./timeline.ts";

test("a timeline keeps the newest entries and counts those that it dropped", () => {
  const timeline = new Timeline(3);
  for (let i = 1; i <= 5; i++) timeline.add({ type: "network", online: i % 2 === 0 }, i * 10);
  expect(timeline.entries.map((entry) => [entry.seq, entry.atMs])).toEqual([
    [3, 30],
    [4, 40],
    [5, 50],
  ]);
  expect(timeline.dropped).toBe(2);
});

test("listeners get each entry until they are removed", () => {
  const timeline = new Timeline();
  const heard: number[] = [];
  const leave = timeline.onEntry((entry) => heard.push(entry.seq));
  timeline.add({ type: "network", online: true }, 1);
  leave();
  timeline.add({ type: "network", online: false }, 2);
  expect(heard).toEqual([1]);
});

test("a listener that throws at every entry is reported, and others are still called", async () => {
  const timeline = new Timeline();
  const heard: string[] = [];
  timeline.onEntry(() => {
    throw new Error("mine");
  });
  timeline.onEntry(async () => {
    throw new Error("mine, later");
  });
  timeline.onEntry((entry) => heard.push(entry.type));
  timeline.add({ type: "network", online: true }, 1);
  timeline.add({ type: "network", online: false }, 2);
  expect(heard).toEqual(["network", "network"]);
  await new Promise((settle) => setTimeout(settle));
  const failures = timeline.entries.filter(({ type }) => type === "callback-failed");
  expect(failures).toHaveLength(4);
  expect(failures).toContainEqual(expect.objectContaining({ callback: "timeline", message: "mine, later" }));
});

test("gaps of a refusal and of a stop are two entries, even if they end together", async () => {
  const life = await new Life().live();
  for (const subject of ["a", "b"]) life.client.subscribe(subject, () => {});
  await life.run(1000);
  life.server.denied.add("b");
  life.server.dropAll();
  await life.run(MINUTE_MS / 2);
  void life.client.stop();
  await life.run(1000);
  life.server.denied.clear();
  const before = life.client.timeline.entries.length;
  await life.live();
  const gaps = life.client.timeline.entries.slice(before).filter(({ type }) => type === "gap");
  expect(gaps).toEqual([
    expect.objectContaining({ kind: "stop", subject: "a", subjects: 1 }),
    expect.objectContaining({ kind: "break", subject: "b", subjects: 1 }),
  ]);
  await life.end();
});
