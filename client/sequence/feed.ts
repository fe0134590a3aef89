import type { Fault } from "../faults/fault.ts";
import type { Message } from "../message.ts";
import { Audience } from "./audience.ts";
import { covers } from "./covers.ts";
import { type FeedParts, Follower } from "./follow.ts";
import type { History, LinkPort, SequencedListener, SequenceState } from "./port.ts";
import { added, fromStream, Stored } from "./stored.ts";

/**
 * The messages of one stream that match one subject, in the stream's order, each once,
 * over any number of links. What is missing is told of, never left out in silence.
 */
export class SequencedFeed {
  readonly #parts: FeedParts;
  readonly #audience = new Audience();
  readonly #follower: Follower;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#follower = new Follower(parts, this.#audience);
  }

  /** How it stands with its stream. */
  get state(): SequenceState {
    return this.#follower.state;
  }

  /**
   * Adds a listener, with a history of its own; the returned function lets it leave.
   * @param replaced one that leaves for it: without a history of its own it goes on where that one stands
   */
  add(listener: SequencedListener, history?: History, replaced?: SequencedListener): () => void {
    const leave = this.#audience.add(listener, history, replaced);
    this.#follower.welcome();
    return leave;
  }

  /** Takes a message of the subject, or of that to which the stream republishes, from any link. */
  receive(message: Message): void {
    const { source, subject } = this.#parts;
    if (source.republished === undefined) {
      this.#follower.announced();
      return;
    }
    const parts = fromStream(message);
    const last = added(message, "Nats-Last-Sequence");
    // An answer to somebody's request that is aimed at this subject looks much the same.
    const isRepublished =
      last !== "" &&
      added(message, "Nats-Num-Pending") === "" &&
      added(message, "Nats-Stream") === source.name;
    if (parts === null || !isRepublished || !covers(subject, parts.subject)) this.#audience.dropped();
    // The stream republishes headers only: the rest has to be fetched.
    else if (added(message, "Nats-Msg-Size") !== "") this.#follower.announced(parts);
    else this.#follower.live(new Stored(parts, false), Number(last));
  }

  /** The server has the interest in that subject on this link, which is the one to ask from now on. */
  ready(link: LinkPort): void {
    this.#follower.start(link);
  }

  /** There is no link any more; `cause` is null when the user wanted that. */
  gone(cause: Fault | null): void {
    this.#follower.stop(cause);
  }

  /** Nothing is asked or told any more. */
  end(): void {
    this.#follower.end();
    this.#audience.clear();
  }
}
