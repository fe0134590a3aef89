import { expect, test } from "vitest";
import { Timeline } from "./timeline.ts";

test("a timeline keeps the newest entries and says how many gave way", () => {
  const timeline = new Timeline(3);
  for (let i = 1; i <= 5; i++) timeline.add({ type: "network", online: i % 2 === 0 }, i * 10);
  expect(timeline.entries.map((entry) => [entry.seq, entry.atMs])).toEqual([
    [3, 30],
    [4, 40],
    [5, 50],
  ]);
  expect(timeline.dropped).toBe(2);
});

test("listeners hear each entry until they leave", () => {
  const timeline = new Timeline();
  const heard: number[] = [];
  const leave = timeline.onEntry((entry) => heard.push(entry.seq));
  timeline.add({ type: "network", online: true }, 1);
  leave();
  timeline.add({ type: "network", online: false }, 2);
  expect(heard).toEqual([1]);
});

test("a listener that throws at every entry is told of, and harms no other", async () => {
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
