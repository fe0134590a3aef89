import type { ClientOptions as SocketOptions } from "ws";
import type { ClientOptions, Evidence, Fault, FaultKind } from "../../../client/index.ts";
import { fault } from "../../../client/index.ts";
import type { FaultProxy } from "../../../dev/fault-proxy/index.ts";
import type { FaultRule as ProxyRule } from "../../../dev/fault-proxy/rules.ts";
import type { FaultRule, Simulator, SimulatorOptions } from "../../../simulator/index.ts";
import type { ObservedClient } from "../../support/clients/client.ts";
import type { Broker } from "../../support/servers/broker.ts";
import type { NatsServerOptions } from "../../support/servers/nats-server.ts";

/** How far a link has come when a fault comes. */
export const PHASES = ["dialling", "handshake", "live", "draining"] as const;
export type Phase = (typeof PHASES)[number];

/** Where a fault is brought about: one client, and the server that it is (to be) connected to. */
export interface Stage<Server> {
  readonly server: Server;
  readonly observed: ObservedClient;
}

/** Stands for any number in a scene's evidence. */
export const ANY_NUMBER: number = Number.NaN;

/** One server's way to bring a fault about. */
export interface FaultCause<Server, Options> {
  readonly options?: Options;
  readonly client?: Partial<ClientOptions>;
  /** Ahead of everything. */
  before?(stage: Stage<Server>): void | Promise<void>;
  /** Before the dial in the first two phases; while live; just ahead of `stop()` in the last. */
  cause(stage: Stage<Server>): void | Promise<void>;
}

/** A nats-server, and a path to it over which faults come. */
export interface Reached {
  readonly broker: Broker;
  readonly proxy: FaultProxy;
}

/** A way to bring a fault about on a real server. */
export interface RealFaultCause extends FaultCause<Reached, NatsServerOptions> {
  /** Where to dial; default: the proxy. */
  readonly url?: (server: Reached) => string;
  readonly socketOptions?: SocketOptions;
  /** What is seen here; default: what is seen on the simulator. */
  readonly evidence?: Partial<Evidence>;
  /** Where a real server says less, or something else, than the row's kind. */
  readonly seenAs?: FaultKind;
}

/** Ways on a real server, each with a few words on what happens; a function makes what is good only for a moment. */
export type RealCauses = Readonly<Record<string, RealFaultCause | (() => Promise<RealFaultCause>)>>;

/** A fault that can occur in a phase: how, and what is seen of it. */
export type Scene = {
  readonly simulator: FaultCause<Simulator, SimulatorOptions>;
  /** At least this is in the fault's evidence. Nothing, while draining: a stop shows no fault. */
  readonly evidence?: Partial<Evidence>;
} & (
  | { readonly real: RealCauses }
  /** Why no real server can be brought to show it. */
  | { readonly onlySimulated: string }
);

/** One cell of the matrix: a scene, or why there is none. */
export type Cell = Scene | { readonly never: string };

/** A kind's row. */
export type Row = Readonly<Record<Phase, Cell>>;

export const never = (reason: string): Cell => ({ never: reason });

/** How the simulator plays a scene by one rule. A live link is made to speak, so that the rule can answer. */
export function ruled(rule: FaultRule): Pick<Scene, "simulator"> {
  const causeFault = ({ server, observed }: Stage<Simulator>): void => {
    server.faults.add(rule);
    if (rule.at === "before-pong" && observed.client.state.status === "live") observed.client.notifyWake();
  };
  return { simulator: { cause: causeFault } };
}

/**
 * As a simulator that says `-ERR`, and closes.
 * @param seen on an authentication error nats.ws closes first, and the server's close code isn't seen
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

/** A rule on the path to a real server; a live link is made to speak, so that its moment comes. */
export function onTheWay(rule: ProxyRule, more: Omit<RealFaultCause, "cause"> = {}): RealFaultCause {
  const causeFault = ({ server, observed }: Stage<Reached>): void => {
    void server.proxy.add(rule);
    if (observed.client.state.status === "live") observed.client.notifyWake();
  };
  return { ...more, cause: causeFault };
}

/** A rule on the path whose moment comes with the drain. */
export function inTheDrain(rule: ProxyRule): RealFaultCause {
  return { cause: ({ server }) => server.proxy.add(rule) };
}

/** Brings a fault about while the drain waits for its answer: the path holds that back until it has happened. */
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

/** A silence that is noticed soon: only from now on, for on a busy machine the link would not even come about. */
export function soonNoticed<Server>(
  cause: (stage: Stage<Server>) => unknown,
): FaultCause<Server, never>["cause"] {
  return async (stage) => {
    stage.observed.client.configure({ pingIntervalMs: 100, pongTimeoutMs: 100 });
    await cause(stage);
  };
}

/** What the site's worker would find out about a fault that a browser can't name. */
export function found(kind: FaultKind, evidence: Partial<Evidence>): Pick<ClientOptions, "investigate"> {
  return { investigate: async (seen: Fault) => fault(kind, { ...seen.evidence, ...evidence }) };
}
