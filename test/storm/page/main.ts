/** The page's client, driven by `test/storm/in-chromium.ts`. */
import type { ClientRecord, LastMessages } from "../client.ts";
import { StormClient } from "../client.ts";

/** The functions that the page offers on `window`. */
export interface StormPage {
  start(urls: readonly string[]): void;
  isCurrent(): boolean;
  handOver(): void;
  hasReceived(last: LastMessages): boolean;
  record(): ClientRecord;
  stop(): Promise<unknown>;
}

let storm: StormClient | null = null;

function started(): StormClient {
  if (storm === null) throw new Error("call start() first");
  return storm;
}

const page: StormPage = {
  start(urls) {
    storm = new StormClient(urls, { servers: urls });
    const { client } = storm;
    // Like the dashboard: wakes the client when the tab is resumed or shown.
    document.addEventListener("resume", () => client.notifyWake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") client.notifyWake();
    });
    void client.start();
  },
  isCurrent: () => started().isCurrent(),
  handOver: () => void started().handOver(),
  hasReceived: (last) => started().hasReceived(last),
  record: () => started().record(),
  stop: () => started().client.stop(),
};

Object.assign(window, { stormPage: page });
