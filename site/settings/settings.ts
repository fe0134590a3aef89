import type { MyceliumClient, Tunables } from "../../client/index.ts";
import type { Memory } from "../ui/memory.ts";
import {
  type Chosen,
  chosenOf,
  isWithinLimits,
  parseChosen,
  type TunableName,
  toTunables,
} from "./tunables.ts";

/** The numbers that a reader chose; each acts at once and is remembered. */
export class Settings {
  readonly #client: Pick<MyceliumClient, "configure" | "tunables">;
  readonly #memory: Memory;
  readonly #defaults: Tunables;

  /**
   * @param client as the deployment configured it: what a reset goes back to
   * @param memory what was chosen before acts at once
   */
  constructor(client: Pick<MyceliumClient, "configure" | "tunables">, memory: Memory) {
    this.#client = client;
    this.#memory = memory;
    this.#defaults = client.tunables;
    client.configure(toTunables(parseChosen(memory.recall())));
  }

  /** The numbers in force. */
  get values(): Chosen {
    return chosenOf(this.#client.tunables);
  }

  /** Sets a number; false, and nothing is changed, if it is beyond its limits. */
  set(name: TunableName, value: number): boolean {
    if (!isWithinLimits(name, value)) return false;
    this.#client.configure(toTunables({ [name]: value }));
    // Another tab may have set another number since.
    this.#memory.remember(JSON.stringify({ ...parseChosen(this.#memory.recall()), [name]: value }));
    return true;
  }

  /** Goes back to what the deployment configured. */
  reset(): void {
    this.#client.configure(this.#defaults);
    this.#memory.remember(null);
  }
}
