import type { Connection } from "./connection/connection.ts";
import { Investigation, type InvestigationParts } from "./investigation.ts";
import type { Effect, EffectHandlers, Event, Machine, TimerName } from "./machine/model.ts";
import { step } from "./machine/step.ts";
import { OpenCalls, type StartOutcome } from "./open-calls.ts";
import { type LinkParts, type LinkUser, OpenLinks } from "./open-links.ts";
import type { Tunables } from "./options.ts";
import type { ConnectionState, StopOutcome } from "./state.ts";

export interface EngineParts extends LinkParts, InvestigationParts {
  readonly random: () => number;
  /** Called after each change of the state. */
  changed(state: ConnectionState): void;
}

/** Runs the state machine: feeds it one event at a time, and carries out its effects. No other code does. */
export class Engine implements LinkUser {
  readonly #parts: EngineParts;
  readonly #links: OpenLinks;
  readonly #timers = new Map<TimerName, () => void>();
  readonly #queue: { readonly event: Event; readonly done: () => unknown }[] = [];
  readonly #calls = new OpenCalls();
  readonly #effects: EffectHandlers<Effect["type"]>;
  #machine: Machine;
  #stepping = false;

  constructor(machine: Machine, parts: EngineParts) {
    this.#machine = machine;
    this.#parts = parts;
    this.#links = new OpenLinks(parts, this);
    const investigation = new Investigation(parts, (event) => this.send(event));
    this.#effects = {
      ...this.#links.effects,
      investigate: (effect) => investigation.begin(effect.fault),
      "end-investigation": () => investigation.end(),
      "set-timer": ({ timer, delayMs }) => this.#setTimer(timer, delayMs),
      "clear-timer": ({ timer }) => this.#clearTimer(timer),
      log: ({ event }) => parts.log(event),
    };
  }

  get state(): ConnectionState {
    return this.#machine.phase.shown;
  }

  get tunables(): Tunables {
    return this.#machine.tunables;
  }

  get link(): Connection | null {
    const { phase } = this.#machine;
    const link = "handover" in phase ? this.#links.get(phase.linkId) : null;
    return link?.isLive ? link : null;
  }

  /** Settles with the outcome of the attempt that this event starts. */
  start(how: "start" | "reconnect"): Promise<StartOutcome> {
    return new Promise((settle) => this.send({ type: how }, () => this.#calls.starts.add(settle)));
  }

  /** Settles once every link has closed. */
  stop(): Promise<StopOutcome> {
    return new Promise((settle) => this.send({ type: "stop" }, () => this.#calls.stops.add(settle)));
  }

  /** Processes an event, then those that its effects send synchronously. @param done called after its step */
  send(event: Event, done: () => unknown = () => {}): void {
    this.#queue.push({ event, done });
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.#step(next.event);
        next.done();
        this.#calls.settle(this.#machine.phase, next.event);
      }
    } finally {
      this.#stepping = false;
    }
  }

  #step(event: Event): void {
    const { clock, random } = this.#parts;
    const before = this.state;
    const { machine, effects } = step(this.#machine, event, { nowMs: clock.now(), random: random() });
    this.#machine = machine;
    for (const effect of effects) (this.#effects[effect.type] as (effect: Effect) => void)(effect);
    if (this.state !== before) this.#parts.changed(this.state);
  }

  #setTimer(timer: TimerName, delayMs: number): void {
    this.#clearTimer(timer);
    const cancel = this.#parts.clock.after(delayMs, () => {
      this.#timers.delete(timer);
      this.send({ type: "timer", timer });
    });
    this.#timers.set(timer, cancel);
  }

  #clearTimer(timer: TimerName): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }
}
