/** The most subjects that are kept: a subject per request or device would otherwise grow the tree without end. */
const MAX_SUBJECTS = 5000;
/** After this time a subject's past messages count half, so that the subjects that are busy now come first. */
const HALF_LIFE_MS = 60_000;

/** A line of the tree: a subject, or all subjects with a common beginning. */
export interface Topic<T> extends Pick<Readonly<Node<T>>, "path" | "token" | "count" | "subjects" | "last"> {
  /** The number of messages in the last whole second. */
  readonly perSecond: number;
  /** The number of tokens before its own. */
  readonly depth: number;
  readonly hasChildren: boolean;
  readonly isOpen: boolean;
}

interface Node<T> {
  /** The subject up to here, such as `orders.eu`. */
  readonly path: string;
  /** Its last token. */
  readonly token: string;
  readonly children: Map<string, Node<T>>;
  /** The number of messages on it and below. */
  count: number;
  /** The number of subjects at and below it. */
  subjects: number;
  /** The last message on it or below. */
  last: T;
  lastAtMs: number;
  /** How busy it was at `lastAtMs`. Exponential decay is additive, so a node's score is the sum of those below. */
  score: number;
  second: number;
  inSecond: number;
  inSecondBefore: number;
}

/** One subject: its nodes from the root, and its number of messages. */
interface SubjectEntry<T> {
  readonly nodes: readonly Node<T>[];
  count: number;
}

/** Subjects that had messages, as a tree, the busiest first; the longest silent ones are dropped for new ones. */
export class TopicTree<T> {
  readonly #max: number;
  readonly #roots = new Map<string, Node<T>>();
  /** In the order of their last messages, which a Map keeps as its insertion order. */
  readonly #subjects = new Map<string, SubjectEntry<T>>();
  #folded = { subjects: 0, messages: 0 };

  constructor(max = MAX_SUBJECTS) {
    this.#max = max;
  }

  /** The number of kept subjects. */
  get size(): number {
    return this.#subjects.size;
  }

  /** The number of dropped subjects, and of their messages. */
  get folded(): { readonly subjects: number; readonly messages: number } {
    return this.#folded;
  }

  /** Notes a message on a subject. */
  note(subject: string, last: T, atMs: number): void {
    const entry = this.#subjects.get(subject) ?? this.#add(subject, last, atMs);
    this.#subjects.delete(subject);
    this.#subjects.set(subject, entry);
    // After adding: nodes shared by both subjects would otherwise be deleted with their score.
    if (this.size > this.#max) this.#dropQuietest();
    entry.count += 1;
    for (const node of entry.nodes) countMessage(node, last, atMs);
  }

  /**
   * The visible lines of the tree, the busiest of each level first.
   * @param open the paths whose children are shown
   * @param most the most lines
   */
  rows(open: ReadonlySet<string>, nowMs: number, most = 2000): readonly Topic<T>[] {
    const rows: Topic<T>[] = [];
    const now = Math.floor(nowMs / 1000);
    const add = (nodes: Iterable<Node<T>>, depth: number) => {
      for (const node of busiestFirst(nodes, nowMs)) {
        if (rows.length >= most) return;
        const { path, token, children, count, subjects, last, second, inSecond, inSecondBefore } = node;
        const perSecond = second === now ? inSecondBefore : second === now - 1 ? inSecond : 0;
        const hasChildren = children.size > 0;
        const isOpen = hasChildren && open.has(path);
        rows.push({ path, token, count, subjects, last, perSecond, depth, hasChildren, isOpen });
        if (isOpen) add(children.values(), depth + 1);
      }
    };
    add(this.#roots.values(), 0);
    return rows;
  }

  #add(subject: string, last: T, atMs: number): SubjectEntry<T> {
    const nodes: Node<T>[] = [];
    let level = this.#roots;
    let path = "";
    for (const token of subject.split(".")) {
      path = path === "" ? token : `${path}.${token}`;
      const node = level.get(token) ?? nodeOf(path, token, last, atMs);
      level.set(token, node);
      node.subjects += 1;
      nodes.push(node);
      level = node.children;
    }
    return { nodes, count: 0 };
  }

  /** Drops the subject that has been silent the longest; the scores of the nodes above it stay. */
  #dropQuietest(): void {
    const [quietest] = this.#subjects;
    if (quietest === undefined) return;
    const [subject, { nodes, count }] = quietest;
    this.#subjects.delete(subject);
    let level = this.#roots;
    for (const node of nodes) {
      node.count -= count;
      node.subjects -= 1;
      if (node.subjects === 0) level.delete(node.token);
      level = node.children;
    }
    const { subjects, messages } = this.#folded;
    this.#folded = { subjects: subjects + 1, messages: messages + count };
  }
}

function nodeOf<T>(path: string, token: string, last: T, lastAtMs: number): Node<T> {
  const pace = { score: 0, second: Math.floor(lastAtMs / 1000), inSecond: 0, inSecondBefore: 0 };
  return { path, token, children: new Map(), count: 0, subjects: 0, last, lastAtMs, ...pace };
}

function countMessage<T>(node: Node<T>, last: T, atMs: number): void {
  const second = Math.floor(atMs / 1000);
  // `!==`, not `>`: after the clock was set back by an hour, that hour would else count as one second.
  if (second !== node.second) {
    node.inSecondBefore = second === node.second + 1 ? node.inSecond : 0;
    node.inSecond = 0;
    node.second = second;
  }
  node.inSecond += 1;
  node.count += 1;
  node.score = scoreAt(node, atMs) + 1;
  node.last = last;
  node.lastAtMs = atMs;
}

function busiestFirst<T>(nodes: Iterable<Node<T>>, nowMs: number): readonly Node<T>[] {
  return [...nodes]
    .map((node) => ({ node, token: node.token, score: scoreAt(node, nowMs) }))
    .sort(
      (one, other) =>
        other.score - one.score || (one.token < other.token ? -1 : one.token > other.token ? 1 : 0),
    )
    .map(({ node }) => node);
}

function scoreAt<T>({ score, lastAtMs }: Node<T>, atMs: number): number {
  // A future time was noted before the clock was set back.
  return score * 0.5 ** (Math.abs(atMs - lastAtMs) / HALF_LIFE_MS);
}
