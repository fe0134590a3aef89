/** How many subjects are kept; one that is used for each request or device would otherwise grow without end. */
const MAX_SUBJECTS = 5000;
/** After so long a subject's past counts half: what is busy now stands first. */
const HALF_LIFE_MS = 60_000;

/** A subject that was heard, or all those that begin alike, as a line of the tree. */
export interface Topic<T> extends Readonly<Omit<Node<T>, "children" | "score">> {
  /** How many tokens are before it. */
  readonly depth: number;
  readonly hasChildren: boolean;
  readonly isOpen: boolean;
}

/** What is known of one subject. */
interface Tally<T> {
  count: number;
  score: number;
  second: number;
  inSecond: number;
  inSecondBefore: number;
  last: T;
  lastAtMs: number;
}

interface Node<T> {
  /** As far as the tree is open here: `orders.eu`. */
  readonly path: string;
  /** Its last token. */
  readonly token: string;
  readonly children: Map<string, Node<T>>;
  /** How many messages came on it and below. */
  count: number;
  score: number;
  /** How many of them in the last whole second. */
  perSecond: number;
  /** How many subjects it stands for. */
  subjects: number;
  /** What came last on it or below. */
  last: T;
}

/** The subjects that were heard, as a tree, the busiest first; those that fell silent give way to new ones. */
export class TopicTree<T> {
  readonly #max: number;
  /** The one that was heard last stands last: a Map keeps the order of insertion. */
  readonly #tallies = new Map<string, Tally<T>>();
  #folded = { subjects: 0, messages: 0 };

  constructor(max = MAX_SUBJECTS) {
    this.#max = max;
  }

  /** How many subjects are kept. */
  get size(): number {
    return this.#tallies.size;
  }

  /** How many subjects gave way, and how many messages had come on them. */
  get folded(): { readonly subjects: number; readonly messages: number } {
    return this.#folded;
  }

  /** Takes in what came on a subject. */
  note(subject: string, last: T, atMs: number): void {
    const second = Math.floor(atMs / 1000);
    let tally = this.#tallies.get(subject);
    if (tally === undefined) {
      if (this.#tallies.size >= this.#max) this.#dropQuietest();
      tally = { count: 0, score: 0, second, inSecond: 0, inSecondBefore: 0, last, lastAtMs: atMs };
    } else {
      this.#tallies.delete(subject);
    }
    this.#tallies.set(subject, tally);
    // Earlier, too: who waited for a clock that was set back would count an hour as one second.
    if (second !== tally.second) moveTo(tally, second);
    tally.count += 1;
    tally.inSecond += 1;
    tally.score = scoreAt(tally, atMs) + 1;
    tally.last = last;
    tally.lastAtMs = atMs;
  }

  /**
   * The tree as it is open, line by line, the busiest of each level first.
   * @param open the paths whose children are shown
   * @param most how many lines there may be
   */
  rows(open: ReadonlySet<string>, nowMs: number, most = 2000): readonly Topic<T>[] {
    const rows: Topic<T>[] = [];
    const add = (nodes: Iterable<Node<T>>, depth: number) => {
      for (const node of busiestFirst(nodes)) {
        if (rows.length >= most) return;
        const hasChildren = node.children.size > 0;
        const isOpen = hasChildren && open.has(node.path);
        rows.push({ ...node, depth, hasChildren, isOpen });
        if (isOpen) add(node.children.values(), depth + 1);
      }
    };
    add(this.#roots(nowMs).values(), 0);
    return rows;
  }

  #roots(nowMs: number): Map<string, Node<T>> {
    const roots = new Map<string, Node<T>>();
    const now = Math.floor(nowMs / 1000);
    for (const [subject, tally] of this.#tallies) {
      const perSecond =
        tally.second === now ? tally.inSecondBefore : tally.second === now - 1 ? tally.inSecond : 0;
      const score = scoreAt(tally, nowMs);
      let level = roots;
      let path = "";
      for (const token of subject.split(".")) {
        path = path === "" ? token : `${path}.${token}`;
        const node = childOf(level, token, path, tally.last);
        node.count += tally.count;
        node.score += score;
        node.perSecond += perSecond;
        node.subjects += 1;
        // They stand in the order in which they were heard, whatever the clock said.
        node.last = tally.last;
        level = node.children;
      }
    }
    return roots;
  }

  #dropQuietest(): void {
    const [quietest] = this.#tallies;
    if (quietest === undefined) return;
    const [subject, { count }] = quietest;
    this.#tallies.delete(subject);
    const { subjects, messages } = this.#folded;
    this.#folded = { subjects: subjects + 1, messages: messages + count };
  }
}

function childOf<T>(level: Map<string, Node<T>>, token: string, path: string, last: T): Node<T> {
  const known = level.get(token);
  if (known !== undefined) return known;
  const children = new Map<string, Node<T>>();
  const made: Node<T> = { token, path, children, count: 0, score: 0, perSecond: 0, subjects: 0, last };
  level.set(token, made);
  return made;
}

function busiestFirst<T>(nodes: Iterable<Node<T>>): readonly Node<T>[] {
  return [...nodes].sort(
    (one, other) =>
      other.score - one.score || (one.token < other.token ? -1 : one.token > other.token ? 1 : 0),
  );
}

function moveTo<T>(tally: Tally<T>, second: number): void {
  tally.inSecondBefore = second === tally.second + 1 ? tally.inSecond : 0;
  tally.inSecond = 0;
  tally.second = second;
}

function scoreAt<T>({ score, lastAtMs }: Tally<T>, atMs: number): number {
  // What lies in the future was heard before the clock was set back.
  return score * 0.5 ** (Math.abs(atMs - lastAtMs) / HALF_LIFE_MS);
}
