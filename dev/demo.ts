/** What `npm start` shows without a NATS of the user's own: the EGOS feeds with history, and a telemetry board. */
import type { InitialMessage, StreamOptions } from "../simulator/index.ts";
import { readConfig } from "../worker/config.ts";
import { egosMessages, type SampleMessage } from "./publisher.ts";
import { sampleTelemetry } from "./sample-telemetry.ts";

/** Prefix under which streams republish their messages with sequence headers. */
const STORED = "stored";

/** Number of historic messages per publisher when the demo starts, and the time between two. */
const PAST = { events: 600, everyMs: 1000 } as const;

/** The demo's messages, and the streams that keep them. */
export interface Demo {
  readonly streams: readonly StreamOptions[];
  readonly events: Iterator<SampleMessage, never>;
  readonly telemetry: Iterator<SampleMessage, never>;
}

/** Creates the streams with history up to `nowMs`, and iterators that continue from there. */
export function createDemo(nowMs: number, random: () => number = Math.random): Demo {
  const [events, telemetry] = [egosMessages(random), sampleTelemetry(random)];
  const pastOf = (messages: Iterator<SampleMessage, never>): InitialMessage[] =>
    Array.from({ length: PAST.events }, (_, index) => {
      const atMs = nowMs - (PAST.events - index) * PAST.everyMs;
      const { subject, payload } = messages.next().value;
      return { subject, data: datedBytes(payload, atMs), atMs };
    });
  const past = pastOf(telemetry);
  const isKey = ({ subject }: InitialMessage): boolean => subject.startsWith("$KV.");
  return {
    streams: [
      { name: "EGOS", subjects: ["egos.>"], republishPrefix: STORED, initial: pastOf(events) },
      {
        name: "LAB",
        subjects: ["lab.>"],
        republishPrefix: STORED,
        initial: past.filter((one) => !isKey(one)),
      },
      {
        name: "KV_devices",
        subjects: ["$KV.devices.>"],
        maxMessagesPerSubject: 1,
        initial: past.filter(isKey),
      },
    ],
    events,
    telemetry,
  };
}

/** A payload as bytes, with its `timestamp`, if any, set to `atMs`. */
function datedBytes(payload: string | Uint8Array, atMs: number): Uint8Array {
  if (typeof payload !== "string") return payload;
  const time = new Date(atMs).toISOString();
  return Buffer.from(payload.replace(/"timestamp":"[^"]*"/, `"timestamp":"${time}"`));
}

function streamSetting(name: string, subject: string, last: number): object {
  return { name, history: { last }, republished: `${STORED}.${subject}` };
}

/** The demo's FEEDS setting: the default EGOS feeds, each with its stream. */
export function demoFeeds(): string {
  const result = readConfig({ NATS_URL: "ws://127.0.0.1" });
  if (!result.ok) throw new Error("the feeds of EGOS are not a configuration");
  return JSON.stringify(
    result.config.feeds.map((feed) => ({ ...feed, stream: streamSetting("EGOS", feed.subject, 200) })),
  );
}

/** The telemetry board's panels, in the form that the page keeps in its address. */
const TELEMETRY: readonly object[] = [
  {
    id: "lab-climate",
    title: "Temperature",
    subject: "lab.climate.*",
    view: "chart",
    key: "$subject[2]",
    columns: [{ field: "celsius", title: "Temperature", format: "number", digits: 1, unit: "°C" }],
    stream: streamSetting("LAB", "lab.climate.*", 300),
    size: "wide",
  },
  {
    id: "lab-power",
    title: "Power",
    subject: "lab.power",
    view: "value",
    columns: [
      {
        field: "$payload",
        title: "Power",
        format: "number",
        digits: 0,
        unit: "W",
        tones: [{ when: ">450", tone: "warn" }],
      },
    ],
    stream: streamSetting("LAB", "lab.power", 100),
  },
  {
    id: "lab-devices",
    title: "Devices",
    kv: "devices",
    columns: [
      { field: "$key", title: "Device" },
      {
        field: "state",
        title: "State",
        format: "chip",
        tones: [
          { when: "ok", tone: "good" },
          { when: "low battery", tone: "warn" },
          { when: "offline", tone: "bad" },
        ],
      },
      { field: "firmware", title: "Firmware" },
    ],
  },
  {
    id: "lab-robots",
    title: "Robots (MessagePack)",
    subject: "lab.position.*",
    payload: "msgpack",
    view: "latest-by-key",
    key: "$subject[2]",
    columns: [
      { field: "$subject[2]", title: "Robot" },
      { field: "x", title: "x", format: "number", digits: 2, unit: "m" },
      { field: "y", title: "y", format: "number", digits: 2, unit: "m" },
      {
        field: "battery",
        title: "Battery",
        format: "number",
        unit: "%",
        tones: [{ when: "<20", tone: "bad" }],
      },
    ],
    stream: streamSetting("LAB", "lab.position.*", 30),
  },
  {
    id: "lab-logs",
    title: "Logs",
    subject: "lab.log.*",
    payload: "text",
    columns: [
      { field: "$subject[2]", title: "Service" },
      { field: "$payload", title: "Line" },
    ],
    stream: streamSetting("LAB", "lab.log.*", 100),
  },
];

/** URL of the page with the telemetry board. */
export function telemetryLink(pageUrl: string): string {
  const given = new URLSearchParams();
  for (const panel of TELEMETRY) given.append("panel", JSON.stringify(panel));
  given.set("feeds", TELEMETRY.map((panel) => (panel as { id: string }).id).join());
  return `${pageUrl}/#${given}`;
}
