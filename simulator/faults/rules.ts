import type { Actions, FaultRule, Moment } from "./scenario.ts";

interface Entry {
  readonly rule: FaultRule;
  left: number;
}

/** The active fault rules. */
export class FaultRules {
  readonly #entries = new Set<Entry>();

  /** Adds a rule; the returned function removes it. */
  add(rule: FaultRule): () => void {
    const entry: Entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#entries.add(entry);
    return () => this.#entries.delete(entry);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The action of the first rule for this moment; uses up one of the rule's times. */
  take<At extends Moment>(moment: At): Actions[At] | undefined {
    for (const entry of this.#entries) {
      if (entry.rule.at !== moment) continue;
      entry.left--;
      if (entry.left <= 0) this.#entries.delete(entry);
      return entry.rule.action as Actions[At];
    }
    return undefined;
  }
}
