import type { ClientOptions, Evidence, Fault, FaultKind } from "../../../client/index.ts";
import { fault } from "../../../client/index.ts";
import type { FaultRule, Simulator, SimulatorOptions } from "../../../dev/simulator/index.ts";
import type { Broker } from "../../support/broker.ts";
import type { ObservedClient } from "../../support/client.ts";
import type { NatsServerOptions } from "../../support/nats-server.ts";

/** How far a link has come when a fault strikes. */
export const PHASES = ["dialling", "handshake", "live", "draining"] as const;
export type Phase = (typeof PHASES)[number];

/** What a fault may strike: one client, and the server that it is (to be) connected to. */
export interface Stage<Server> {
  readonly server: Server;
  readonly observed: ObservedClient;
}

/** Stands for any number in a scene's evidence. */
export const ANY_NUMBER: number = Number.NaN;

/** One server's way to bring a fault about. */
export interface Strike<Server, Options> {
  readonly options?: Options;
  readonly client?: Partial<ClientOptions>;
  /** Before the dial in the first two phases; while live; just ahead of `stop()` in the last. */
  strike(stage: Stage<Server>): void | Promise<void>;
}

/** A fault that can occur in a phase: how, and what is seen of it. */
export interface Scene {
  readonly simulator: Strike<Simulator, SimulatorOptions>;
  /** Where a real server can be brought to show it. */
  readonly real?: Strike<Broker, NatsServerOptions>;
  /** At least this is in the fault's evidence. Nothing, while draining: a stop shows no fault. */
  readonly evidence?: Partial<Evidence>;
}

/** One cell of the matrix: a scene, or why there is none. */
export type Cell = Scene | { readonly never: string };

/** A kind's row. */
export type Row = Readonly<Record<Phase, Cell>>;

export const never = (reason: string): Cell => ({ never: reason });

/** A scene that the simulator plays by one rule. A live link is made to speak, so that the rule can answer. */
export function ruled(rule: FaultRule, evidence: Partial<Evidence> = {}, more: Partial<Scene> = {}): Scene {
  const strike = ({ server, observed }: Stage<Simulator>): void => {
    server.faults.add(rule);
    if (rule.at === "before-pong" && observed.client.state.status === "live") observed.client.notifyWake();
  };
  return { simulator: { strike }, evidence, ...more };
}

/**
 * As a server that says `-ERR`, and closes.
 * @param seen on an authentication error nats.ws closes first, and the server's close code isn't seen
 */
export function told(
  phase: Exclude<Phase, "dialling">,
  text: string,
  code = 1008,
  seen: "text and code" | "text" = "text and code",
): Scene {
  const at = { handshake: "connect", live: "before-pong", draining: "draining" } as const;
  const evidence =
    phase === "draining" ? {} : { errText: text, ...(seen === "text" ? {} : { closeCode: code }) };
  return ruled({ at: at[phase], action: { do: "error", text, code } }, evidence);
}

/** What the site's worker would find out about a fault that a browser can't name. */
export function found(kind: FaultKind, evidence: Partial<Evidence>): Pick<ClientOptions, "investigate"> {
  return { investigate: async (seen: Fault) => fault(kind, { ...seen.evidence, ...evidence }) };
}
