import type { MyceliumClient } from "../../../client/index.ts";
import { until } from "../tools/until.ts";

/** Allows for one dial to a server that doesn't answer, and a second dial. */
export const HANDOVER_DEADLINE_MS = 30_000;

/** Makes a live client move to a new link and waits for the end; a handover under way is finished first. */
export async function handOver(client: MyceliumClient): Promise<void> {
  const count = (wanted: string): number =>
    client.timeline.entries.filter(({ type }) => type === wanted).length;
  const before = { dial: count("dial"), handover: count("handover") };
  const hasDialled = (): boolean => {
    if (count("dial") > before.dial) return true;
    void client.reconnect();
    return false;
  };
  await until("a dial", hasDialled, HANDOVER_DEADLINE_MS);
  await until("a handover", () => count("handover") > before.handover, HANDOVER_DEADLINE_MS);
}
