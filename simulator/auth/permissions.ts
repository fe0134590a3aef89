import { fromText, isCovered, isLiteral } from "../protocol/subject.ts";

/** Subject patterns that a user may or may not publish or subscribe to. An absent list means no restriction. */
export interface SubjectRules {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** A user's `permissions` block, in a configuration or a JWT. */
export interface PermissionRules {
  readonly publish?: SubjectRules;
  readonly subscribe?: SubjectRules;
}

/** One entry of a list: a pattern, and the queue pattern behind a space that some subscribe rules have. */
interface Rule {
  readonly subject: string;
  readonly queue: string | undefined;
}

/** The permissions of one user. Subjects are latin1-kept. */
export class Permissions {
  readonly #publishAllow: readonly Rule[] | undefined;
  readonly #publishDeny: readonly Rule[];
  readonly #subscribeAllow: readonly Rule[] | undefined;
  readonly #subscribeDeny: readonly Rule[];

  constructor({ publish = {}, subscribe = {} }: PermissionRules) {
    this.#publishAllow = parseAllow(publish.allow);
    this.#publishDeny = (publish.deny ?? []).map(parseRule);
    this.#subscribeAllow = parseAllow(subscribe.allow);
    this.#subscribeDeny = (subscribe.deny ?? []).map(parseRule);
  }

  mayPublish(subject: string): boolean {
    const isAllowed = this.#publishAllow?.some((rule) => isCovered(rule.subject, subject)) ?? true;
    return isAllowed && !this.#publishDeny.some((rule) => isCovered(rule.subject, subject));
  }

  maySubscribe(subject: string, queue: string | undefined): boolean {
    const isAllowed = this.#subscribeAllow === undefined || applies(this.#subscribeAllow, subject, queue);
    return isAllowed && !applies(this.#subscribeDeny, subject, queue);
  }

  /**
   * Whether a wildcard subscription may receive a message on this subject. A deny rule that is
   * narrower than the subscription forbids only the messages that it matches.
   */
  mayReceive(subject: string): boolean {
    return !this.#subscribeDeny.some((rule) => rule.queue === undefined && isCovered(rule.subject, subject));
  }

  /** Whether this subscription's messages need a check by `mayReceive`. */
  needsFilter(subscribed: string): boolean {
    return this.#subscribeDeny.length > 0 && !isLiteral(subscribed);
  }
}

/** As in nats-server, an empty allow list allows everything, like an absent one. */
function parseAllow(patterns: readonly string[] | undefined): readonly Rule[] | undefined {
  return patterns === undefined || patterns.length === 0 ? undefined : patterns.map(parseRule);
}

function parseRule(text: string): Rule {
  const [subject = "", queue] = text.trim().split(/\s+/);
  return { subject: fromText(subject), queue: queue === undefined ? undefined : fromText(queue) };
}

/** Rules with a queue apply only to queue subscriptions, and override rules without a queue. */
function applies(rules: readonly Rule[], subject: string, queue: string | undefined): boolean {
  const matching = rules.filter((rule) => isCovered(rule.subject, subject));
  const forQueues = matching.filter((rule) => rule.queue !== undefined);
  if (queue !== undefined && forQueues.length > 0) {
    return forQueues.some((rule) => isCovered(rule.queue ?? "", queue));
  }
  return matching.some((rule) => rule.queue === undefined);
}
