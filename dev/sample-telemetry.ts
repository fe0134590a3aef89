import { encode } from "@msgpack/msgpack";
import type { SampleMessage } from "./publisher.ts";
import { pick, type Random } from "./sample-events.ts";

const ROOMS = [
  { name: "cold-store", celsius: 4 },
  { name: "greenhouse", celsius: 24 },
  { name: "server-room", celsius: 19 },
] as const;
const ROBOTS = ["anta", "ema", "lobo"] as const;
const SERVICES = ["pump", "door", "scheduler"] as const;
const LINES = [
  "INFO  cycle finished in 812 ms",
  "INFO  configuration read again",
  "DEBUG queue depth 3",
  "WARN  sensor answers late (1.4 s)",
  "ERROR valve 7 doesn't close, trying again",
] as const;
const STATES = ["ok", "ok", "ok", "low battery", "offline"] as const;
const DEVICES = 12;

/** A random walk around a mean, like a sensor's readings. */
class Walk {
  #value: number;
  readonly #middle: number;
  readonly #step: number;

  constructor(middle: number, step: number) {
    this.#value = middle;
    this.#middle = middle;
    this.#step = step;
  }

  next(random: Random): number {
    this.#value += (random() - 0.5) * this.#step + (this.#middle - this.#value) * 0.05;
    return Math.round(this.#value * 100) / 100;
  }
}

/** Endless messages of a small laboratory in several payload formats: JSON, plain numbers, text, MessagePack, KV entries. */
export function* sampleTelemetry(random: Random): Generator<SampleMessage, never> {
  const climate = ROOMS.map(({ name, celsius }) => ({ name, celsius: new Walk(celsius, 1.5) }));
  const power = new Walk(420, 60);
  const robots = ROBOTS.map((name) => ({ name, x: new Walk(5, 2), y: new Walk(5, 2), battery: 100 }));
  for (;;) {
    for (const { name, celsius } of climate) {
      const humidity = Math.round(40 + random() * 20);
      yield json(`lab.climate.${name}`, { celsius: celsius.next(random), humidity });
    }
    yield { subject: "lab.power", payload: String(power.next(random)) };
    for (const robot of robots) {
      robot.battery = robot.battery < 5 ? 100 : robot.battery - random();
      const place = { x: robot.x.next(random), y: robot.y.next(random), battery: Math.round(robot.battery) };
      yield { subject: `lab.position.${robot.name}`, payload: encode(place) };
    }
    yield { subject: `lab.log.${pick(SERVICES, random)}`, payload: pick(LINES, random) };
    const device = `sensor-${String(Math.ceil(random() * DEVICES)).padStart(2, "0")}`;
    const firmware = `2.${Math.floor(random() * 4)}.0`;
    yield json(`$KV.devices.${device}`, { state: pick(STATES, random), firmware });
  }
}

function json(subject: string, event: object): SampleMessage {
  return { subject, payload: JSON.stringify(event) };
}
