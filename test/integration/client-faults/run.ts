import { expect } from "vitest";
import type { ClientOptions as SocketOptions } from "ws";
import { type ClientOptions, type Evidence, type FaultKind, faultOf } from "../../../client/index.ts";
import { type ObservedClient, observedClient } from "../../support/clients/client.ts";
import { until, untilEqual } from "../../support/tools/until.ts";
import { ANY_NUMBER, type FaultCause, type Phase } from "./cell.ts";
import { CountedClock } from "./counted-clock.ts";

/** Kinds that waiting can't cure (client/README.md, Faults). */
const NOT_RETRIED: readonly FaultKind[] = [
  "auth-required",
  "auth-rejected",
  "auth-revoked",
  "mixed-content",
  "wrong-port",
];

/** Time limit for a fault to be caused, which has waits of its own, and to be seen. */
const SEEN_DEADLINE_MS = 60_000;

/** What happens, and what must be observed. */
export interface Play<Server> {
  readonly kind: FaultKind;
  readonly phase: Phase;
  readonly url: string;
  readonly server: Server;
  readonly scene: FaultCause<Server, unknown>;
  readonly evidence?: Partial<Evidence>;
  readonly socketOptions?: SocketOptions;
}

/** Plays one cell on one server and checks what the user sees and what the client leaves behind. */
export async function play<Server>({
  kind,
  phase,
  url,
  server,
  scene,
  evidence = {},
  socketOptions,
}: Play<Server>): Promise<void> {
  const clock = new CountedClock();
  const options: Partial<ClientOptions> = {
    // Long enough to observe a state before it changes.
    random: () => 0.9,
    reconnect: { baseDelayMs: 5000 },
    ...scene.client,
    clock,
  };
  const observed = observedClient(url, options, socketOptions);
  const { client } = observed;
  const stage = { server, observed, clock };
  const causeFault = () => scene.cause(stage);
  const begin = async (): Promise<void> => {
    await causeFault();
    if (phase !== "live") await client.start();
  };
  try {
    await scene.before?.(stage);
    if (phase === "live" || phase === "draining") await goLive(observed);
    if (phase === "draining") {
      await drainsWithoutFault(observed, causeFault);
      return;
    }
    // Observed from before: by the time a server has ended, the client may have dialled again and show another fault.
    const seen = observed.reaches((one) => faultOf(one)?.kind === kind, SEEN_DEADLINE_MS);
    const [state] = await Promise.all([seen, begin()]);
    const retried = phase === "live" ? "reconnecting" : "connecting";
    const retryable = !NOT_RETRIED.includes(kind);
    expect(state).toMatchObject({
      status: retryable ? retried : "failed",
      fault: { kind, retryable, evidence: numbersLoosely(evidence) },
    });
  } finally {
    await client.stop();
    expect(client.state.status).toBe("stopped");
    await untilEqual(() => [observed.openSockets(), clock.pending], [0, 0]);
  }
}

async function goLive(observed: ObservedClient): Promise<void> {
  const subscription = observed.client.subscribe("faults", () => {});
  expect(await observed.client.start()).toBe("live");
  await until("it is subscribed", () => subscription.status === "active");
  // A server that closes with unread bytes resets the connection, and its last message is lost.
  await until("the first ping was answered", () => observed.client.rttMs !== null);
}

/** Checks for a normal stop, without error state, fault or retry, whatever happened to the draining link. */
async function drainsWithoutFault(
  { client, statuses }: ObservedClient,
  causeFault: () => void | Promise<void>,
): Promise<void> {
  // Not awaited yet: the fault must happen while the link drains.
  const caused = causeFault();
  const outcome = await client.stop();
  await caused;
  expect(["drained", "cut"]).toContain(outcome);
  expect(statuses).toEqual(["idle", "connecting", "live", "stopping", "stopped"]);
  expect(faultOf(client.state)).toBeNull();
  const losses = client.timeline.entries.filter(({ type }) => type === "link-lost" || type === "dial-failed");
  expect(losses).toEqual([]);
}

function numbersLoosely(evidence: object): object {
  const entries = Object.entries(evidence);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Object.is(value, ANY_NUMBER) ? expect.any(Number) : value]),
  );
}
