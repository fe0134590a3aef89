import type { ListenerName } from "../listeners/transport.ts";
import { fromText, isCovered } from "../protocol/subject.ts";
import { findFlaw } from "./flaw.ts";
import { seededRandom } from "./random.ts";
import type { Action, FaultRule, Moment, Scenario } from "./scenario.ts";

/** The connection, and perhaps the message, that has come to a moment. */
export interface Occasion {
  readonly listener: ListenerName;
  /** How many connections had been accepted when this one was, itself included. */
  readonly ordinal: number;
  readonly clientId?: number;
  /** Latin1-kept. */
  readonly subject?: string;
}

/** The fault that is due, and how long after the moment. */
export interface DueFault {
  readonly action: Action;
  readonly afterMs: number;
}

interface Entry {
  readonly rule: FaultRule;
  /** Connections accepted before the rule was made: its own count begins behind them. */
  readonly since: number;
  /** The target's, latin1-kept. */
  readonly subject: string | undefined;
  left: number;
}

/** The rules that are in force, and the numbers by which shares of occasions are drawn. */
export class FaultRules {
  readonly #entries = new Map<Moment, Set<Entry>>();
  #random = seededRandom(1);

  /** Puts a scenario in force beside what is there, and draws from the seed on; all of it, or throws. */
  load({ seed, rules }: Scenario, accepted: number): () => void {
    rules.forEach(check);
    if (seed !== undefined) this.#random = seededRandom(seed);
    const removals = rules.map((rule) => this.add(rule, accepted));
    return () => {
      for (const remove of removals) remove();
    };
  }

  /** Puts one rule in force; the returned function takes it out. */
  add(rule: FaultRule, accepted: number): () => void {
    check(rule);
    const { times = Number.POSITIVE_INFINITY, target } = rule;
    const subject = target?.subject === undefined ? undefined : fromText(target.subject);
    const entry: Entry = { rule, since: accepted, subject, left: times };
    const entries = this.#entries.get(rule.at) ?? new Set();
    entries.add(entry);
    this.#entries.set(rule.at, entries);
    return () => this.#remove(entry);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Whether any rule waits for this moment: asked for each message before its occasion is made up. */
  has(moment: Moment): boolean {
    return this.#entries.has(moment);
  }

  /** The first rule that is for this occasion, with one of its times used up. */
  take(moment: Moment, occasion: Occasion): DueFault | undefined {
    for (const entry of this.#entries.get(moment) ?? []) {
      if (!isFor(entry, occasion)) continue;
      if (this.#random() >= (entry.rule.share ?? 1)) continue;
      entry.left--;
      if (entry.left <= 0) this.#remove(entry);
      return { action: entry.rule.action, afterMs: entry.rule.afterMs ?? 0 };
    }
    return undefined;
  }

  #remove(entry: Entry): void {
    const entries = this.#entries.get(entry.rule.at);
    entries?.delete(entry);
    if (entries?.size === 0) this.#entries.delete(entry.rule.at);
  }
}

function check(rule: FaultRule): void {
  const flaw = findFlaw(rule);
  if (flaw !== undefined) throw new Error(`fault rule: ${flaw}`);
}

function isFor({ rule: { target = {} }, since, subject }: Entry, occasion: Occasion): boolean {
  const { listener, connection, clientId } = target;
  if (listener !== undefined && listener !== occasion.listener) return false;
  if (connection !== undefined && connection !== occasion.ordinal - since) return false;
  if (clientId !== undefined && clientId !== occasion.clientId) return false;
  return subject === undefined || (occasion.subject !== undefined && isCovered(subject, occasion.subject));
}
