import type { MyceliumClient, Tunables } from "../../client/index.ts";
import { recall, remember } from "../ui/memory.ts";
import {
  type Chosen,
  chosenOf,
  isWithinLimits,
  parseChosen,
  type TunableName,
  toTunables,
} from "./tunables.ts";

/** The name under which this browser remembers them. */
const NAME = "tunables";

/** The numbers that a reader chose; each acts at once and is remembered. */
export class Settings {
  readonly #client: Pick<MyceliumClient, "configure" | "tunables">;
  readonly #defaults: Tunables;

  /**
   * What was chosen before acts at once.
   * @param client as the deployment configured it: what a reset goes back to
   */
  constructor(client: Pick<MyceliumClient, "configure" | "tunables">) {
    this.#client = client;
    this.#defaults = client.tunables;
    client.configure(toTunables(parseChosen(recall(NAME))));
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
    remember(NAME, JSON.stringify({ ...parseChosen(recall(NAME)), [name]: value }));
    return true;
  }

  /** Goes back to what the deployment configured. */
  reset(): void {
    this.#client.configure(this.#defaults);
    remember(NAME, null);
  }
}
