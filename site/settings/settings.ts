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

const NAME = "tunables";

/** The reader's settings of the connection. Each takes effect at once and is remembered. */
export class Settings {
  readonly #client: Pick<MyceliumClient, "configure" | "tunables">;
  readonly #defaults: Tunables;

  /**
   * Applies the remembered settings.
   * @param client still with the deployment's settings, which a reset restores
   */
  constructor(client: Pick<MyceliumClient, "configure" | "tunables">) {
    this.#client = client;
    this.#defaults = client.tunables;
    client.configure(toTunables(parseChosen(recall(NAME))));
  }

  /** The settings in effect. */
  get values(): Chosen {
    return chosenOf(this.#client.tunables);
  }

  /** Sets a number. Returns false and changes nothing when it is out of range. */
  set(name: TunableName, value: number): boolean {
    if (!isWithinLimits(name, value)) return false;
    this.#client.configure(toTunables({ [name]: value }));
    // Another tab may have changed other settings in the meantime.
    remember(NAME, JSON.stringify({ ...parseChosen(recall(NAME)), [name]: value }));
    return true;
  }

  /** Restores the deployment's settings. */
  reset(): void {
    this.#client.configure(this.#defaults);
    remember(NAME, null);
  }
}
