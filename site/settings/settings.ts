import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { MyceliumClient } from "../../client/index.ts";
import { type Chosen, chosenOf, isWithinLimits, type TunableName, toTunables } from "./tunables.ts";

/** Keeps what is chosen from one visit to the next. */
export interface SettingsMemory {
  remember(text: string | null): void;
}

/** The numbers that a reader chose; each acts at once and is remembered. */
export class Settings {
  readonly #client: Pick<MyceliumClient, "configure">;
  readonly #memory: SettingsMemory;
  readonly #defaults: Chosen;
  readonly #chosen: Signal<Chosen>;

  /**
   * @param client as the deployment configured it: what a reset goes back to
   * @param remembered what was chosen before; acts at once
   */
  constructor(
    client: Pick<MyceliumClient, "configure" | "tunables">,
    remembered: Chosen,
    memory: SettingsMemory,
  ) {
    this.#client = client;
    this.#memory = memory;
    this.#defaults = chosenOf(client.tunables);
    this.#chosen = signal(remembered);
    client.configure(toTunables(remembered));
  }

  /** The numbers in force. */
  get values(): Chosen {
    return { ...this.#defaults, ...this.#chosen.value };
  }

  /** What the reader chose. */
  get chosen(): ReadonlySignal<Chosen> {
    return this.#chosen;
  }

  /** Sets a number; false, and nothing is changed, if it is beyond its limits. */
  set(name: TunableName, value: number): boolean {
    if (!isWithinLimits(name, value)) return false;
    this.#chosen.value = { ...this.#chosen.value, [name]: value };
    this.#client.configure(toTunables({ [name]: value }));
    this.#memory.remember(JSON.stringify(this.#chosen.value));
    return true;
  }

  /** Goes back to what the deployment configured. */
  reset(): void {
    this.#chosen.value = {};
    this.#client.configure(toTunables(this.#defaults));
    this.#memory.remember(null);
  }
}
