import { computed, effect } from "@preact/signals";
import { MyceliumClient } from "../client/index.ts";
import type { PageConfig } from "../contract/page-config.ts";
import { isMixedContent, isOnThisMachine } from "../contract/server.ts";
import { Board } from "./board/board.ts";
import { OwnPanels } from "./board/own-panels.ts";
import { Samples } from "./charts/samples.ts";
import { Connection } from "./connection/connection.ts";
import { watchEnvironment } from "./connection/environment.ts";
import { credentialsFor } from "./credentials/credentials.ts";
import { Passphrase } from "./credentials/passphrase.ts";
import { keepTitle } from "./page-title.ts";
import { DecodeBudget } from "./panels/budget.ts";
import { Frames } from "./panels/throttle.ts";
import { nowSecondMs } from "./ui/clock.ts";
import { recall } from "./ui/memory.ts";
import { Part } from "./ui/parts.ts";

/** Everything that lives as long as the page does once its configuration is there. */
export type Session = ReturnType<typeof openSession>;

/**
 * A socket to a server, or the refusal that most browsers throw of ws:// on a page over https: Safari's socket only
 * fails, as if the network were in the way.
 */
function socketTo(server: string): WebSocket {
  if (isMixedContent(server, location.protocol)) throw new DOMException("mixed content", "SecurityError");
  return new WebSocket(server);
}

/** Builds the client and the panels; dials nothing. */
export function openSession(config: PageConfig) {
  const allowed = config.servers.filter((server) => !isMixedContent(server, location.protocol));
  /** What the worker wants to know before it gives credentials, where it does. */
  const passphrase = new Passphrase();
  const credentials = credentialsFor(config.auth, passphrase);
  // Loaded when something is wrong, and one for all faults: it remembers what the edge has seen fail until it is live.
  const investigator = new Part(async () => {
    const { askReadyz, investigateWith } = await import("./connection/investigate.ts");
    return investigateWith(askReadyz, client);
  });
  const client: MyceliumClient = new MyceliumClient({
    // Where none of them is allowed, the first that is dialled tells.
    servers: allowed.length > 0 ? allowed : config.servers,
    webSocket: socketTo,
    ...(credentials === undefined ? {} : { credentials }),
    name: "mycelium",
    // Where it can't be loaded, the worker can't be asked either.
    investigate: (fault, signal) =>
      investigator.get().then(
        (investigate) => investigate(fault, signal),
        () => null,
      ),
  });
  /** The numbers of the connection that a reader chose; loaded where there are any. */
  const settings = new Part(async () => {
    const { Settings } = await import("./settings/settings.ts");
    return new Settings(client);
  });
  // What was chosen before acts from the beginning.
  if (recall("tunables") !== null) void settings.load();
  const connection = new Connection(client);
  // After it: there may be no network from the beginning, and the timeline tells.
  watchEnvironment(client, config.servers.some(isOnThisMachine));

  /** The round trip in each second that the page was looked at. */
  const roundTrips = new Samples();
  effect(() => roundTrips.note(nowSecondMs.value, client.rttMs));

  const frames = new Frames((paint) => requestAnimationFrame(paint));
  for (const input of ["pointerdown", "pointerup", "keydown"]) {
    addEventListener(input, () => frames.giveWay(), { capture: true, passive: true });
  }
  const clock = { wallMs: () => Date.now(), steadyMs: () => performance.now() };
  const board = new Board(config.feeds, { client, frames, clock, budget: new DecodeBudget() });
  /** The panels that the reader makes. */
  const own = new OwnPanels(board);
  /** The alerts of all panels; loaded where a feed has rules for them. */
  const alerts = new Part(async () => {
    const [{ BoardAlerts }, { notify }] = await Promise.all([
      import("./alerts/board-alerts.ts"),
      import("./alerts/notify.ts"),
    ]);
    const made = new BoardAlerts(connection.state, notify, () => document.visibilityState === "visible");
    made.watch(board.panels);
    return made;
  });
  // What is to be watched is watched from the beginning.
  effect(() => {
    if (board.panels.value.some(({ hasRules }) => hasRules)) void alerts.load();
  });
  /** How many alerts the reader doesn't know of. */
  const unreadAlerts = computed(() => alerts.now.value?.unread.value ?? 0);
  keepTitle(config.name, connection, unreadAlerts);
  return { config, connection, passphrase, roundTrips, settings, board, own, alerts, unreadAlerts };
}
