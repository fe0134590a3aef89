/** A client in a page: what `test/storm/in-chromium.ts` calls. */
import type { ClientRecord, Lasts } from "../client.ts";
import { StormClient } from "../client.ts";

/** What the page offers to whoever drives it. */
export interface StormPage {
  start(urls: readonly string[]): void;
  isCurrent(): boolean;
  handOver(): void;
  hasCome(lasts: Lasts): boolean;
  record(): ClientRecord;
  stop(): Promise<unknown>;
}

let storm: StormClient | null = null;

function begun(): StormClient {
  if (storm === null) throw new Error("start it first");
  return storm;
}

const page: StormPage = {
  start(urls) {
    storm = new StormClient(urls, { servers: urls });
    const { client } = storm;
    // As the page does: what a frozen tab has missed, it asks for when it wakes.
    document.addEventListener("resume", () => client.notifyWake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") client.notifyWake();
    });
    void client.start();
  },
  isCurrent: () => begun().isCurrent(),
  handOver: () => void begun().handOver(),
  hasCome: (lasts) => begun().hasCome(lasts),
  record: () => begun().record(),
  stop: () => begun().client.stop(),
};

Object.assign(window, { stormPage: page });
