import type { ClientOptions as SocketOptions } from "ws";
import type { ClientOptions, Evidence, Fault, FaultKind } from "../../../client/index.ts";
import { fault } from "../../../client/index.ts";
import type { FaultProxy } from "../../../dev/fault-proxy/index.ts";
import type { FaultRule as ProxyRule } from "../../../dev/fault-proxy/rules.ts";
import type { FaultRule, Simulator, SimulatorOptions } from "../../../simulator/index.ts";
import type { ObservedClient } from "../../support/clients/client.ts";
import type { Broker } from "../../support/servers/broker.ts";
import type { NatsServerOptions } from "../../support/servers/nats-server.ts";
import type { CountedClock } from "./counted-clock.ts";

/** Phase of a link at the time of a fault. */
export const PHASES = ["dialling", "handshake", "live", "draining"] as const;
export type Phase = (typeof PHASES)[number];

/** A stage for a fault: a client with its clock, and its server. */
export interface Stage<Server> {
  readonly server: Server;
  readonly observed: ObservedClient;
  readonly clock: CountedClock;
}

/** Matches any number in a scene's evidence. */
export const ANY_NUMBER: number = Number.NaN;

/** How one server produces a fault. */
export interface FaultCause<Server, Options> {
  readonly options?: Options;
  readonly client?: Partial<ClientOptions>;
  /** Runs first. */
  before?(stage: Stage<Server>): void | Promise<void>;
  /** Runs before the dial in the first two phases, while live, or right before `stop()` in the last. */
  cause(stage: Stage<Server>): void | Promise<void>;
}

/** A nats-server behind a fault proxy. */
export interface Reached {
  readonly broker: Broker;
  readonly proxy: FaultProxy;
}

/** How a real server produces a fault. */
export interface RealFaultCause extends FaultCause<Reached, NatsServerOptions> {
  /** URL to dial; default: the proxy. */
  readonly url?: (server: Reached) => string;
  readonly socketOptions?: SocketOptions;
  /** Expected evidence; default: the simulator's. */
  readonly evidence?: Partial<Evidence>;
  /** The kind that a real server shows when it differs from the row's kind. */
  readonly seenAs?: FaultKind;
}

/** Ways on a real server, by description; a function creates a way that depends on the time. */
export type RealCauses = Readonly<Record<string, RealFaultCause | (() => Promise<RealFaultCause>)>>;

/** A fault that can occur in a phase: how it is produced, and the expected evidence. */
export type Scene = {
  readonly simulator: FaultCause<Simulator, SimulatorOptions>;
  /** Minimum evidence of the fault. Empty while draining: a stop shows no fault. */
  readonly evidence?: Partial<Evidence>;
} & (
  | { readonly real: RealCauses }
  /** Why no real server can produce it. */
  | { readonly onlySimulated: string }
);

/** A cell of the matrix: a scene, or the reason why there is none. */
export type Cell = Scene | { readonly never: string };

/** A kind's row. */
export type Row = Readonly<Record<Phase, Cell>>;

export const never = (reason: string): Cell => ({ never: reason });

/** A simulator's way with one fault rule. A live link sends something, so that the rule's moment comes. */
export function ruled(rule: FaultRule): Pick<Scene, "simulator"> {
  const causeFault = ({ server, observed }: Stage<Simulator>): void => {
    server.faults.add(rule);
    if (rule.at === "before-pong" && observed.client.state.status === "live") observed.client.notifyWake();
  };
  return { simulator: { cause: causeFault } };
}

/**
 * A simulator's way with an `-ERR` and a close.
 * @param seen the evidence: on an authentication error nats.ws closes first, so the server's close code isn't seen
 */
export function serverSays(
  phase: Exclude<Phase, "dialling">,
  text: string,
  code = 1008,
  seen: "text and code" | "text" = "text and code",
): Pick<Scene, "simulator" | "evidence"> {
  const at = { handshake: "connect", live: "before-pong", draining: "draining" } as const;
  const evidence =
    phase === "draining" ? {} : { errText: text, ...(seen === "text" ? {} : { closeCode: code }) };
  return { ...ruled({ at: at[phase], action: { do: "error", text, code } }), evidence };
}

/** A fault proxy's rule in front of a real server. A live link sends something, so that the rule's moment comes. */
export function onTheWay(rule: ProxyRule, more: Omit<RealFaultCause, "cause"> = {}): RealFaultCause {
  const causeFault = ({ server, observed }: Stage<Reached>): void => {
    void server.proxy.add(rule);
    if (observed.client.state.status === "live") observed.client.notifyWake();
  };
  return { ...more, cause: causeFault };
}

/** A fault proxy's rule whose moment comes with the drain. */
export function inTheDrain(rule: ProxyRule): RealFaultCause {
  return { cause: ({ server }) => server.proxy.add(rule) };
}

/** Produces a fault while the drain waits for its answer, which the proxy holds back until then. */
export function whileDraining(
  cause: (stage: Stage<Reached>) => unknown,
  more: Omit<RealFaultCause, "cause"> = {},
): RealFaultCause {
  return {
    ...more,
    cause: async (stage) => {
      const { proxy } = stage.server;
      await proxy.add({ way: "down", at: { before: "PONG" }, action: { do: "freeze" } });
      await cause(stage);
      proxy.thaw();
    },
  };
}

/** Shortens the ping settings from now on; before, a link on a busy machine could not even be established. */
export function soonNoticed<Server>(
  cause: (stage: Stage<Server>) => unknown,
): FaultCause<Server, never>["cause"] {
  return async (stage) => {
    stage.observed.client.configure({ pingIntervalMs: 100, pongTimeoutMs: 100 });
    await cause(stage);
  };
}

/** The diagnosis of the site's worker for a fault that a browser can't name. */
export function found(kind: FaultKind, evidence: Partial<Evidence>): Pick<ClientOptions, "investigate"> {
  return { investigate: async (seen: Fault) => fault(kind, { ...seen.evidence, ...evidence }) };
}
