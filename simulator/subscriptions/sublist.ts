/** The part of a subscription that the sublist uses. */
export interface Interest {
  /** Latin1-kept subject, wildcards allowed. */
  readonly subject: string;
  /** Queue group, if any. */
  readonly queue: string | undefined;
}

/** The subscriptions that match a literal subject. */
export interface Match<T> {
  /** Subscriptions that each get the message. */
  readonly plain: readonly T[];
  /** Queue groups, of which one member each gets the message. */
  readonly groups: readonly (readonly T[])[];
}

interface Level<T> {
  readonly children: Map<string, Level<T>>;
  readonly plain: Set<T>;
  readonly groups: Map<string, Set<T>>;
}

/** Size limit of the match cache, which one-off inbox subjects would otherwise fill without end. */
const MAX_CACHED = 4096;

function newLevel<T>(): Level<T> {
  return { children: new Map(), plain: new Set(), groups: new Map() };
}

function isEmpty<T>(level: Level<T>): boolean {
  return level.children.size === 0 && level.plain.size === 0 && level.groups.size === 0;
}

/** The subscriptions of one account as a tree of subject tokens, with a cache of recent matches. */
export class Sublist<T extends Interest> {
  /** Increases with every change, so that callers can tell whether a kept match is still valid. */
  generation = 0;
  /** Number of subscriptions. */
  size = 0;
  readonly #root: Level<T> = newLevel();
  readonly #cache = new Map<string, Match<T>>();

  /** Number of cached matches. */
  get cached(): number {
    return this.#cache.size;
  }

  insert(interest: T): void {
    let level = this.#root;
    for (const token of interest.subject.split(".")) {
      let next = level.children.get(token);
      if (next === undefined) {
        next = newLevel();
        level.children.set(token, next);
      }
      level = next;
    }
    if (interest.queue === undefined) {
      level.plain.add(interest);
    } else {
      const group = level.groups.get(interest.queue);
      if (group === undefined) level.groups.set(interest.queue, new Set([interest]));
      else group.add(interest);
    }
    this.size++;
    this.#forget(interest.subject);
  }

  remove(interest: T): void {
    const path: [parent: Level<T>, token: string][] = [];
    let level = this.#root;
    for (const token of interest.subject.split(".")) {
      const next = level.children.get(token);
      if (next === undefined) return;
      path.push([level, token]);
      level = next;
    }
    if (!this.#take(level, interest)) return;
    for (const [parent, token] of path.reverse()) {
      const child = parent.children.get(token);
      if (child === undefined || !isEmpty(child)) break;
      parent.children.delete(token);
    }
    this.size--;
    this.#forget(interest.subject);
  }

  match(subject: string): Match<T> {
    const known = this.#cache.get(subject);
    if (known !== undefined) return known;
    const plain: T[] = [];
    const groups = new Map<string, T[]>();
    const tokens = subject.split(".");
    // A subject with an empty token can be published but matches no subscription, not even `>`.
    if (!tokens.includes("")) collect(this.#root, tokens, 0, plain, groups);
    const match = { plain, groups: [...groups.values()] };
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    this.#cache.set(subject, match);
    return match;
  }

  #take(level: Level<T>, interest: T): boolean {
    if (interest.queue === undefined) return level.plain.delete(interest);
    const group = level.groups.get(interest.queue);
    if (group === undefined || !group.delete(interest)) return false;
    if (group.size === 0) level.groups.delete(interest.queue);
    return true;
  }

  #forget(subject: string): void {
    this.generation++;
    if (subject.includes("*") || subject.includes(">")) this.#cache.clear();
    else this.#cache.delete(subject);
  }
}

function collect<T>(
  level: Level<T>,
  tokens: string[],
  depth: number,
  plain: T[],
  groups: Map<string, T[]>,
): void {
  const rest = level.children.get(">");
  if (rest !== undefined && depth < tokens.length) gather(rest, plain, groups);
  const token = tokens[depth];
  if (token === undefined) {
    gather(level, plain, groups);
    return;
  }
  const any = level.children.get("*");
  if (any !== undefined) collect(any, tokens, depth + 1, plain, groups);
  // Only wildcard subscriptions, collected above, match a wildcard token in a published subject.
  if (token === "*" || token === ">") return;
  const exact = level.children.get(token);
  if (exact !== undefined) collect(exact, tokens, depth + 1, plain, groups);
}

function gather<T>(level: Level<T>, plain: T[], groups: Map<string, T[]>): void {
  for (const interest of level.plain) plain.push(interest);
  for (const [queue, members] of level.groups) {
    const group = groups.get(queue);
    if (group === undefined) groups.set(queue, [...members]);
    else group.push(...members);
  }
}
