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

/** Everything that lives as long as the page, once its configuration is loaded. */
export type Session = ReturnType<typeof openSession>;

/**
 * Opens a socket. Throws for ws:// on an https page, as most browsers do: Safari's socket would fail as if the network
 * were the cause.
 */
function socketTo(server: string): WebSocket {
  if (isMixedContent(server, location.protocol)) throw new DOMException("mixed content", "SecurityError");
  return new WebSocket(server);
}

/** Creates the client and the panels. Doesn't connect. */
export function openSession(config: PageConfig) {
  const allowed = config.servers.filter((server) => !isMixedContent(server, location.protocol));
  const passphrase = new Passphrase();
  const credentials = credentialsFor(config.auth, passphrase);
  // Loaded with the first fault and shared by all: the investigator remembers what the edge saw fail until the client is live.
  const investigator = new Part(async () => {
    const { askReadyz, investigateWith } = await import("./connection/investigate.ts");
    return investigateWith(askReadyz, client);
  });
  const client: MyceliumClient = new MyceliumClient({
    // If no server is allowed, all are dialled, so that the first dial reports mixed content.
    servers: allowed.length > 0 ? allowed : config.servers,
    webSocket: socketTo,
    ...(credentials === undefined ? {} : { credentials }),
    name: "mycelium",
    // If the module can't be loaded, the fault stays as the browser saw it.
    investigate: (fault, signal) =>
      investigator.get().then(
        (investigate) => investigate(fault, signal),
        () => null,
      ),
  });
  /** The reader's settings of the connection; loaded at once only if there are any. */
  const settings = new Part(async () => {
    const { Settings } = await import("./settings/settings.ts");
    return new Settings(client);
  });
  if (recall("tunables") !== null) void settings.load();
  const connection = new Connection(client);
  // After `Connection`, so that its timeline also records a network that is missing from the start.
  watchEnvironment(client, config.servers.some(isOnThisMachine));

  /** The round trip of each second in which the page was visible. */
  const roundTrips = new Samples();
  effect(() => roundTrips.note(nowSecondMs.value, client.rttMs));

  const frames = new Frames((paint) => requestAnimationFrame(paint));
  for (const input of ["pointerdown", "pointerup", "keydown"]) {
    addEventListener(input, () => frames.yieldFrame(), { capture: true, passive: true });
  }
  const clock = { wallMs: () => Date.now(), steadyMs: () => performance.now() };
  const board = new Board(config.feeds, { client, frames, clock, budget: new DecodeBudget() });
  /** The panels that the reader made. */
  const own = new OwnPanels(board);
  /** The alerts of all panels; loaded once a feed has rules. */
  const alerts = new Part(async () => {
    const [{ BoardAlerts }, { notify }] = await Promise.all([
      import("./alerts/board-alerts.ts"),
      import("./alerts/notify.ts"),
    ]);
    const made = new BoardAlerts(connection.state, notify, () => document.visibilityState === "visible");
    made.watch(board.panels);
    return made;
  });
  effect(() => {
    if (board.panels.value.some(({ hasRules }) => hasRules)) void alerts.load();
  });
  /** The number of unread alerts. */
  const unreadAlerts = computed(() => alerts.now.value?.unread.value ?? 0);
  keepTitle(config.name, connection, unreadAlerts);
  return { config, connection, passphrase, roundTrips, settings, board, own, alerts, unreadAlerts };
}
