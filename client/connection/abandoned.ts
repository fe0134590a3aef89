/** Aborts a dial that nobody waits for; it may take `withinMs` to end properly, for browsers log an error otherwise. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";
  readonly withinMs: number;
  constructor(withinMs: number) {
    super("abandoned");
    this.withinMs = withinMs;
  }
}
