import { describe, expect, test } from "vitest";
import { seededRandom } from "../test/support/tools/seeded-random.ts";
import { readConfig } from "../worker/config.ts";
import { type SampleEvent, sampleEvents } from "./sample-events.ts";

function take(count: number): SampleEvent[] {
  const events = sampleEvents(seededRandom(7));
  return Array.from({ length: count }, () => events.next().value);
}

const result = readConfig({ NATS_URL: "ws://127.0.0.1:9222" });
const feeds = result.ok ? result.config.feeds : [];
const sample = take(3000);
const eventsOf = (subject: string) =>
  sample.filter((one) => one.subject === subject).map(({ event }) => event);

describe("the sample events", () => {
  test.each(feeds)("$subject: there are events, and each has the feed's fields", ({ subject, fields }) => {
    const events = eventsOf(subject);
    expect(events.length).toBeGreaterThan(100);
    for (const event of events) {
      for (const { name, type, required, values } of fields) {
        const value = event[name];
        if (value === undefined) expect(required, name).toBe(false);
        else if (type !== "any") expect(typeof value).toBe(type);
        if (values !== undefined) expect(values).toContain(value);
      }
    }
  });

  test("a task keeps its id and trace through each status from queued to its end", () => {
    const steps = new Map<unknown, string[]>();
    const traces = new Map<unknown, unknown>();
    for (const { id, status, trace_id } of eventsOf("egos.sparc.tasks")) {
      steps.set(id, [...(steps.get(id) ?? []), String(status)]);
      expect(traces.get(id) ?? trace_id).toBe(trace_id);
      traces.set(id, trace_id);
    }
    const lives = new Set([...steps.values()].map((statuses) => statuses.join(" ")));
    expect([...lives].sort()).toEqual([
      "queued",
      "queued in_progress",
      "queued in_progress completed",
      "queued in_progress failed",
    ]);
  });

  test("interactions and patterns share trace ids with tasks", () => {
    const tracesOf = (subject: string) => new Set(eventsOf(subject).map(({ trace_id }) => trace_id));
    const tasks = tracesOf("egos.sparc.tasks");
    for (const subject of ["egos.llm.logs", "egos.propagation.log"]) {
      const shared = [...tracesOf(subject)].filter((trace) => tasks.has(trace));
      expect(shared.length).toBeGreaterThan(100);
    }
  });

  test("some interactions name a model and some don't", () => {
    const named = eventsOf("egos.llm.logs").map((event) => "model" in event);
    expect(new Set(named)).toEqual(new Set([true, false]));
  });

  test("a pattern is proposed, reviewed, adopted and completed, in that order", () => {
    const orders = new Map<string, unknown[]>();
    for (const { subsystem, pattern, status } of eventsOf("egos.propagation.log")) {
      const key = `${subsystem}/${pattern}`;
      orders.set(key, [...(orders.get(key) ?? []), status]);
    }
    const cycle = ["Proposed", "Under Review", "Adopted", "Completed"];
    for (const statuses of orders.values()) {
      expect(statuses).toEqual(statuses.map((_, index) => cycle[index % cycle.length]));
    }
  });
});
