/** What whoever deploys Mycelium sets: plain text, all of it public but none of it trusted. */
export interface Settings {
  /** One or several `ws://` or `wss://` URLs, comma separated. */
  readonly NATS_URL?: string;
  /** A JSON array of feeds; a default feed may stand in it by its id. */
  readonly FEEDS?: string;
  /** The product's name in the page's header. */
  readonly NAME?: string;
  /** Where the page finds the simulator's fault control; only `npm start` sets it. */
  readonly DEMO_CONTROL_URL?: string;
}
