import { type Fault, fault } from "../../../client/faults/fault.ts";
import type { Effect, Event, Machine } from "../../../client/machine/model.ts";
import { idleMachine, step } from "../../../client/machine/step.ts";
import { DEFAULT_TUNABLES, mergeTunables, type PartialTunables } from "../../../client/options.ts";
import type { ServerInfo } from "../../../client/state.ts";

export const server: ServerInfo = {
  url: "ws://a",
  serverName: "a",
  version: "2.15.1",
  clientId: 1,
  maxPayloadBytes: 1024,
  jetStream: false,
};
export const unreachable = fault("unreachable", { closeCode: 1006 }, "possible");

export const FAILED = (linkId: number, reason: Fault = unreachable) =>
  ({ type: "dial-failed", linkId, fault: reason, minDelayMs: 0 }) as const;

/** A state machine with a controlled clock. `random` is always 0.5, so delays are half their bounds. */
export class Bench {
  machine: Machine;
  allEffects: readonly Effect[] = [];
  nowMs = 1000;

  constructor(changes: PartialTunables = {}) {
    this.machine = idleMachine(mergeTunables(DEFAULT_TUNABLES, changes), this.nowMs);
  }

  do(...events: Event[]): this {
    for (const event of events) {
      const next = step(this.machine, event, { nowMs: this.nowMs, random: 0.5 });
      this.machine = next.machine;
      this.allEffects = next.effects;
    }
    return this;
  }

  get state() {
    return this.machine.phase.shown;
  }

  /** The effects of the last event, without log entries and without the ends of investigations. */
  get effects(): readonly Effect[] {
    return this.allEffects.filter(({ type }) => type !== "log" && type !== "end-investigation");
  }

  live(): this {
    return this.do({ type: "start" }, { type: "opened", linkId: 1, server, lifetime: null });
  }

  loseLive(reason: Fault = unreachable): this {
    return this.do({ type: "lost", linkId: 1, fault: reason });
  }
}
