import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { NotRecoveredReason, Recovered } from "../recovered.ts";
import type { AskingLink } from "./ask.ts";
import { RecoveryFailure } from "./failure.ts";
import { Journal, type Mark, SETTLE_MS } from "./journal.ts";
import { compare } from "./match.ts";
import { type ReadResult, type StreamInfo, StreamReader } from "./stream-reader.ts";
import { covers } from "./subject-cover.ts";

/** How long an answer may take, milliseconds. */
const ANSWER_MS = 3000;

/** How long live messages are held back at most while what was missed is read, milliseconds. */
const READING_MS = 10_000;

/** How much is fetched after a break. */
const LIMITS = { messages: 10_000, bytes: 32_000_000 };

/** How often the place in the stream is looked up: as often as the server is asked for a sign of life … */
const MARK_EVERY_MS = 20_000;

/** … and whenever so many messages have come, which bounds what must be remembered. */
const MARK_EVERY_MESSAGES = 1000;

/** A stream that can't be read is tried again after this, milliseconds. */
const RETRY_MS = 60_000;

/** Handed on in one go; then the page gets its turn. */
const SLICE = 100;

/** What a recovery works with. */
export interface RecoveryParts {
  readonly stream: string;
  readonly subject: string;
  readonly clock: Clock;
  /** What a message says, as a key; given, because it is loaded already. */
  readonly contentOf: (message: Message) => string;
  /** Hands a message to its handler. */
  deliver(message: Message): void;
}

/** Told once, before anything that was missed is delivered. */
type Told = (recovered: Recovered) => void;

/** Keeps one subscription's place in its stream, and fetches what a break kept away. */
export class Recovery {
  readonly #parts: RecoveryParts;
  readonly #reader: StreamReader;
  readonly #journal = new Journal();
  #link: AskingLink | null = null;
  /** What is under way on the link; aborted when the link can't be asked any more. */
  #run: AbortController | null = null;
  /** Who is to be told of the break that is being mended. */
  #told: Told | null = null;
  /** Whether what comes is noted: from before the first mark on. */
  #recording = false;
  /** Whether what comes is held back. */
  #holding = false;
  #held = 0;
  #created: string | null = null;
  /** How many messages the stream had lost from its midst at the last mark. */
  #deleted = 0;
  /** Why the place in the stream isn't known, while it isn't. */
  #why: NotRecoveredReason = "no-place";
  /** What is to be handed on, slice by slice, before anything that comes. */
  #outgoing: { message: Message; recovered: boolean }[] = [];
  #cancelSlice: () => void = () => {};
  #hurry: () => void = () => {};

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
    this.#reader = new StreamReader(parts.stream, parts.subject);
  }

  /** Why not all that a break kept away now could be fetched; null while it could. */
  get unrecoverable(): NotRecoveredReason | null {
    return this.#journal.older === null ? this.#why : null;
  }

  /** Notes a message; false when it is held back until what came before it is there. */
  admit(message: Message): boolean {
    const isQueued = this.#outgoing.length > 0;
    const isHeld = this.#holding;
    if (isQueued) this.#outgoing.push({ message, recovered: false });
    if (this.#recording) this.#journal.note(message, this.#parts.clock.now(), isHeld);
    if (isHeld) this.#held += 1;
    if (this.#journal.isFull || this.#held > LIMITS.messages) this.#lose("too-many");
    else if (this.#journal.sinceMark >= MARK_EVERY_MESSAGES) this.#hurry();
    return !isQueued && !isHeld;
  }

  /** Messages are missed from now on: those that come are held back until the others are there. */
  broke(): void {
    if (this.#journal.newer !== null) this.#holding = true;
  }

  /**
   * The server has the subscription on this link, and on no other.
   * @param told who is to be told what became of a break; null when there was none
   */
  resume(link: AskingLink, told: Told | null): void {
    if (this.#link === link && told === null) return;
    this.suspend();
    this.#link = link;
    this.#told = told;
    const { signal } = this.#begin();
    if (told !== null && this.#journal.newer !== null) {
      void this.#recover(signal);
    } else {
      this.#tell({ outcome: "no", reason: this.#why });
      void this.#keepPlace(signal);
    }
  }

  /**
   * The link can't be asked any more; what it brought stays.
   * @param isStop the user stops: what is held is handed on, and a break that was being mended is told of as it is
   */
  suspend(isStop = false): void {
    this.#run?.abort();
    this.#run = null;
    this.#link = null;
    if (isStop) {
      this.#tell({ outcome: "no", reason: "interrupted" });
      this.#releaseHeld();
    }
    this.#told = null;
    this.#cancelSlice();
    this.#handOn(Number.POSITIVE_INFINITY);
  }

  // --- keeping the place ---

  /** Looks the place up again and again. */
  async #keepPlace(signal: AbortSignal): Promise<void> {
    for (;;) {
      const isNew = this.#journal.newer === null;
      this.#recording = true;
      // What came before it was noted may still be on its way into the stream; and two marks mustn't blur into one.
      await this.#pause(isNew ? SETTLE_MS : 2 * SETTLE_MS, signal);
      try {
        await this.#markOnce(signal);
        // Only a second mark tells what came around the first.
        if (this.#journal.older !== null) await this.#pauseUnlessHurried(MARK_EVERY_MS, signal);
      } catch (reason) {
        this.#why = reasonOf(reason);
        if (this.#journal.newer === null) this.#forget();
        await this.#pause(RETRY_MS, signal);
      }
    }
  }

  async #markOnce(signal: AbortSignal): Promise<void> {
    const { mark, info } = await this.#look(signal);
    const { newer } = this.#journal;
    this.#checkSubject(info);
    if (newer !== null && !this.#isSame(info, newer)) this.#journal.forget();
    this.#take(mark, info);
  }

  async #look(signal: AbortSignal): Promise<{ mark: Mark; info: StreamInfo }> {
    const { clock } = this.#parts;
    const askedAtMs = clock.now();
    const info = await this.#reader.info(this.#asking(signal));
    return { mark: { seq: info.lastSeq, askedAtMs, answeredAtMs: clock.now() }, info };
  }

  #take(mark: Mark, info: StreamInfo): void {
    this.#journal.mark(mark);
    this.#created = info.created;
    this.#deleted = info.deleted;
  }

  /** Whether it is the stream that the place was noted in, and not put back to where it was before a mark. */
  #isSame(info: StreamInfo, { seq }: Mark): boolean {
    return info.created === this.#created && info.lastSeq >= seq;
  }

  #checkSubject({ subjects }: StreamInfo): void {
    if (!subjects.some((subject) => covers(subject, this.#parts.subject)))
      throw new RecoveryFailure("subject-elsewhere");
  }

  // --- mending a break ---

  async #recover(signal: AbortSignal): Promise<void> {
    try {
      await this.#mend(signal);
    } catch (reason) {
      this.#lose(reasonOf(reason));
      return;
    }
    void this.#keepPlace(signal);
  }

  async #mend(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const { newer } = this.#journal;
    if (newer === null) throw new RecoveryFailure("no-place");
    // What was routed before the subscription was back may still be on its way into the stream.
    await this.#pause(SETTLE_MS, signal);
    const back = await this.#look(signal);
    this.#checkSubject(back.info);
    if (!this.#isSame(back.info, newer)) throw new RecoveryFailure("stream-replaced");
    const older = this.#olderIn(back.info);
    const overAtMs = clock.now() + READING_MS;
    const isOver = () => clock.now() >= overAtMs;
    const read = (from: number, to: number): Promise<ReadResult> =>
      this.#reader.read(this.#asking(signal), { from, to, direct: back.info.allowDirect }, LIMITS, isOver);

    const main = await read((older ?? newer).seq + 1, back.mark.seq);
    await this.#pause(back.mark.answeredAtMs + 2 * SETTLE_MS - clock.now(), signal);
    const last = await this.#look(signal);
    if (!this.#isSame(last.info, back.mark)) throw new RecoveryFailure("stream-replaced");
    const tail = main.upTo < back.mark.seq ? null : await read(back.mark.seq + 1, last.mark.seq);

    const { deliveries, uncertain } = compare({
      contentOf: this.#parts.contentOf,
      observations: this.#journal.observations,
      stored: [...main.stored, ...(tail?.stored ?? [])],
      marks: [...(older === null ? [] : [older]), newer, back.mark, last.mark],
      cameUpTo: newer.seq,
      missedUpTo: Math.min(back.mark.seq, main.upTo),
    });
    const discarded =
      Math.max(0, last.info.firstSeq - newer.seq - 1) + Math.max(0, last.info.deleted - this.#deleted);
    const recovered = outcome({
      count: deliveries.filter(({ isMissed }) => isMissed).length,
      discarded,
      left: Math.max(0, back.mark.seq - main.upTo),
      uncertain,
      isLate: isOver() || main.isCutShort,
    });
    this.#journal.mark(back.mark);
    this.#take(last.mark, last.info);
    this.#stopHolding();
    this.#tell(recovered);
    for (const { message, isMissed } of deliveries) this.#outgoing.push({ message, recovered: isMissed });
    this.#handOn(signal.aborted ? Number.POSITIVE_INFINITY : SLICE);
  }

  /** The last mark but one, unless the stream has let go of what lies between it and the last. */
  #olderIn({ firstSeq }: StreamInfo): Mark | null {
    const { older } = this.#journal;
    return older !== null && firstSeq <= older.seq + 1 ? older : null;
  }

  /** Gives up: what is held is handed on, and the place must be found anew. */
  #lose(reason: NotRecoveredReason): void {
    this.#run?.abort();
    this.#why = reason;
    this.#tell({ outcome: "no", reason });
    this.#releaseHeld();
    this.#forget();
    if (this.#link !== null) void this.#keepPlace(this.#begin().signal);
  }

  #forget(): void {
    this.#recording = false;
    this.#journal.forget();
  }

  #begin(): AbortController {
    const run = new AbortController();
    this.#run = run;
    return run;
  }

  #tell(recovered: Recovered): void {
    const told = this.#told;
    this.#told = null;
    told?.(recovered);
  }

  // --- handing on ---

  #releaseHeld(): void {
    const held = this.#journal.observations.filter((one) => one.held);
    this.#stopHolding();
    this.#outgoing.push(...held.map(({ message }) => ({ message, recovered: false })));
    this.#handOn(Number.POSITIVE_INFINITY);
  }

  #stopHolding(): void {
    this.#holding = false;
    this.#held = 0;
    this.#journal.release();
  }

  /** Hands on `most` messages now and the others, if any, in turns. */
  #handOn(most: number): void {
    for (let sent = 0; sent < most; sent += 1) {
      const next = this.#outgoing.shift();
      if (next === undefined) return;
      this.#parts.deliver(next.message);
    }
    if (this.#outgoing.length > 0) {
      this.#cancelSlice = this.#parts.clock.after(0, () => this.#handOn(SLICE));
    }
  }

  // --- asking and waiting ---

  #asking(signal: AbortSignal) {
    return { link: this.#link as AskingLink, clock: this.#parts.clock, timeoutMs: ANSWER_MS, signal };
  }

  /** Never settles once aborted. */
  #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return;
      const abandon = () => cancel();
      const cancel = this.#parts.clock.after(Math.max(0, delayMs), () => {
        signal.removeEventListener("abort", abandon);
        resolve();
      });
      signal.addEventListener("abort", abandon, { once: true });
    });
  }

  /** As `#pause`, and cut short when many messages have come. */
  async #pauseUnlessHurried(delayMs: number, signal: AbortSignal): Promise<void> {
    const early = new AbortController();
    const abandon = () => {
      this.#hurry = () => {};
      early.abort();
    };
    signal.addEventListener("abort", abandon, { once: true });
    const hurried = new Promise<void>((resolve) => {
      this.#hurry = resolve;
    });
    await Promise.race([this.#pause(delayMs, early.signal), hurried]);
    signal.removeEventListener("abort", abandon);
    abandon();
  }
}

interface Found {
  readonly count: number;
  readonly discarded: number;
  readonly left: number;
  readonly uncertain: number;
  readonly isLate: boolean;
}

/** Puts together what is known: all that may be missing is summed up, and its main reason told. */
function outcome({ count, discarded, left, uncertain, isLate }: Found): Recovered {
  const missingAtMost = discarded + left + uncertain;
  if (missingAtMost === 0) return { outcome: "yes", count };
  const unread = isLate ? "timeout" : "too-many";
  const reason = left > 0 ? unread : discarded > 0 ? "discarded" : "repeats";
  return { outcome: "partly", count, reason, missingAtMost };
}

function reasonOf(reason: unknown): NotRecoveredReason {
  return reason instanceof RecoveryFailure ? reason.reason : "refused";
}
