import { setTimeout as pause } from "node:timers/promises";
import { drawStorm } from "./faults.ts";
import { inChromium, type TabParticipant } from "./in-chromium.ts";
import { StormOperator } from "./operator.ts";
import type { DoneFault } from "./times.ts";
import { type Outcome, type Participant, tryOnCluster } from "./trial.ts";

/** Options of a storm. */
export interface StormOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Whether plain nats.ws takes part, for comparison. */
  readonly withPlain?: boolean;
  /** If given, adds a client in a tab of Chromium, which is frozen for this time in the middle of the storm. */
  readonly tabFrozenForMs?: number;
}

/** The outcome of a storm, with its faults. */
export interface StormOutcome extends Outcome {
  readonly done: readonly DoneFault[];
}

/** Two clients, which start on different servers. */
const CLIENTS = [{ servers: [0, 1, 2] }, { servers: [1, 2, 0] }];

/** Plays a storm on three clustered servers with clients, and accounts for every message. */
export async function runStorm(storm: StormOptions): Promise<StormOutcome> {
  const { seed, seconds, withPlain = false, tabFrozenForMs } = storm;
  let done: readonly DoneFault[] = [];
  const tabs: TabParticipant[] = [];
  const more = async (urls: readonly string[]): Promise<Participant[]> => {
    if (tabFrozenForMs !== undefined) tabs.push(await inChromium(urls));
    return tabs;
  };
  const options = { seed, clients: CLIENTS, hasWitnesses: true, withPlain, more };
  const outcome = await tryOnCluster(options, async ({ cluster, participants }) => {
    const operator = new StormOperator(cluster, () => {
      // For a client without a link this means to dial at once.
      for (const one of participants) void one.handOver();
    });
    const freezing = tabs.map(async (tab) => {
      await pause((seconds * 1000 - (tabFrozenForMs ?? 0)) / 2);
      await tab.freezeFor(tabFrozenForMs ?? 0);
    });
    await operator.play(drawStorm(seed, seconds));
    await Promise.all(freezing);
    done = operator.done;
    return operator.frozen;
  });
  return { ...outcome, done };
}
