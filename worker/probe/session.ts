import { LineReader, printable, type ServerLine } from "../../client/faults/index.ts";
import type { SessionEvidence } from "./evidence.ts";
import type { Login } from "./login.ts";

/** What CONNECT says of the probe (NATS client protocol). */
const CONNECT = {
  verbose: false,
  pedantic: false,
  tls_required: false,
  echo: false,
  headers: true,
  no_responders: true,
  name: "mycelium-probe",
  lang: "mycelium",
  version: "0.1.0",
  protocol: 1,
};

/** A full server says so right behind INFO, and closes: time for that to arrive, milliseconds. */
const LAST_WORDS_MS = 10;

/** How long a feed's stream has to answer, milliseconds. */
const HISTORY_LIMIT_MS = 600;

/**
 * More than a server says to someone who only looks: room for a message of each feed that slips in. Lines are
 * read in slices, so that a frame of millions of them is never turned into as many objects.
 */
const MAX_SESSION_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 2000;
const SLICE_BYTES = 16 * 1024;

/** What nats-server says of a publication that isn't allowed (`server/client.go`, pubPermissionViolation). */
const PUBLISH_DENIED = /^permissions violation for publish/i;

/** Nobody answers where a stream is asked (ADR-22). */
const NO_RESPONDERS = "NATS/1.0 503";

/** As whom the probe comes, and what it must be able to read. */
export interface Visitor {
  /** Null where NATS is open. */
  readonly login: Login | null;
  /** A subject that nobody else has heard of. */
  readonly inbox: string;
  /** The origin of the page, where it is known. */
  readonly origin: string | null;
  /** The feeds' subjects. */
  readonly subjects: readonly string[];
  /** Where the feeds' streams are asked for a message. */
  readonly histories: readonly string[];
  /** Whether to try what the credentials must not allow. nats-server logs each attempt. */
  readonly triesToPublish: boolean;
}

/**
 * Speaks the NATS client protocol over an open WebSocket: INFO, CONNECT with PING, PONG, one PING and PONG more for
 * the round trip, a question to each feed's stream, the page's subscriptions, and, where it is asked for, a
 * publication that must be denied. Ends at the deadline whatever the server sends. Always closes it.
 */
export function runSession(socket: WebSocket, visitor: Visitor, limitMs: number): Promise<SessionEvidence> {
  return new Promise((resolve) => {
    const session = new Session(socket, visitor, limitMs, (evidence) => {
      clearTimeout(timer);
      closeQuietly(socket);
      resolve(evidence);
    });
    const timer = setTimeout(() => session.timedOut(), limitMs);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
      session.received(data);
      // Freed now: no garbage collection comes by for this, and the frames of every look would stay.
      if (data instanceof ArrayBuffer) data.transfer(0);
    });
    socket.addEventListener("close", ({ code, reason }) => session.closed(code, reason));
    // An error event is followed by no close event in workerd.
    socket.addEventListener("error", () => session.closed(1006, ""));
    socket.accept();
  });
}

function closeQuietly(socket: WebSocket): void {
  try {
    socket.close(1000);
  } catch {
    // It is closed already, which is all that is wanted.
  }
}

type Times = Pick<SessionEvidence, "infoMs" | "authMs" | "roundTripMs" | "historyMs" | "subscribeMs">;
type Step = "info" | "connect" | "auth" | "roundtrip" | "history" | "subscribe" | "publish" | "over";

class Session {
  readonly #socket: WebSocket;
  readonly #visitor: Visitor;
  readonly #limitMs: number;
  readonly #deadlineMs: number;
  readonly #finish: (evidence: SessionEvidence) => void;
  readonly #reader = new LineReader();
  #step: Step = "info";
  #stepStartedAtMs = Date.now();
  #times: Times = {};
  #bytes = 0;
  #lines = 0;
  #answers = 0;
  #text = "";
  #isHistoryMissing = false;

  constructor(
    socket: WebSocket,
    visitor: Visitor,
    limitMs: number,
    finish: (evidence: SessionEvidence) => void,
  ) {
    this.#socket = socket;
    this.#visitor = visitor;
    this.#limitMs = limitMs;
    this.#deadlineMs = Date.now() + limitMs;
    this.#finish = finish;
  }

  received(data: ArrayBuffer | string): void {
    if (this.#isOver) return;
    // A server that never stops keeps the timer from ever being heard.
    if (Date.now() >= this.#deadlineMs) this.timedOut();
    // NATS is sent in binary frames only.
    else if (typeof data === "string") this.#end({ outcome: "unreadable", firstBytes: printable(data) });
    else this.#readFrame(data);
  }

  #readFrame(data: ArrayBuffer): void {
    this.#bytes += data.byteLength;
    if (this.#bytes > MAX_SESSION_BYTES) this.#end({ outcome: "flood" });
    for (let at = 0; at < data.byteLength && !this.#isOver; at += SLICE_BYTES) {
      this.#read(new Uint8Array(data, at, Math.min(SLICE_BYTES, data.byteLength - at)));
    }
  }

  closed(closeCode: number, closeReason: string): void {
    this.#end({ outcome: "closed", closeCode, closeReason });
  }

  timedOut(): void {
    this.#end({ outcome: "timeout", waitedMs: this.#limitMs });
  }

  get #isOver(): boolean {
    return this.#step === "over";
  }

  #read(bytes: Uint8Array): void {
    if (this.#step === "history") this.#readStatus(bytes);
    for (const line of this.#reader.read(bytes)) {
      this.#lines += 1;
      if (this.#lines > MAX_LINES) this.#end({ outcome: "flood" });
      this.#take(line);
    }
  }

  /** The reader passes over what messages hold; of a stream's answer its status is wanted. */
  #readStatus(bytes: Uint8Array): void {
    const text = this.#text + new TextDecoder("latin1").decode(bytes);
    if (text.includes(NO_RESPONDERS)) this.#isHistoryMissing = true;
    this.#text = text.slice(-NO_RESPONDERS.length);
  }

  #take(line: ServerLine): void {
    if (this.#isOver) return;
    switch (line.op) {
      case "info":
        void this.#info(line.nonce);
        break;
      case "pong":
        this.#pong();
        break;
      case "ping":
        this.#send("PONG\r\n");
        break;
      case "err":
        this.#refused(line.text);
        break;
      case "unreadable":
        this.#end({ outcome: "unreadable", firstBytes: line.begins });
        break;
      case "message":
        this.#answered();
        break;
      case "ok":
        break;
    }
  }

  async #info(nonce = ""): Promise<void> {
    // A later INFO only tells of cluster changes.
    if (this.#step !== "info") return;
    this.#times = { infoMs: this.#lap() };
    this.#step = "connect";
    // What is written to a server that is closing makes TCP drop its last words, unread.
    await scheduler.wait(LAST_WORDS_MS);
    const proof = await this.#visitor.login?.proof(nonce);
    if (this.#isOver) return;
    this.#lap();
    this.#step = "auth";
    this.#send(`CONNECT ${JSON.stringify({ ...CONNECT, ...proof })}\r\nPING\r\n`);
  }

  /** Each PONG ends a step: what was asked before its PING is done, or has been refused by then. */
  #pong(): void {
    switch (this.#step) {
      case "auth":
        this.#times = { ...this.#times, authMs: this.#lap() };
        this.#step = "roundtrip";
        this.#send("PING\r\n");
        break;
      case "roundtrip":
        this.#times = { ...this.#times, roundTripMs: this.#lap() };
        if (this.#visitor.histories.length === 0) this.#subscribe();
        else this.#askHistories();
        break;
      case "subscribe":
        this.#times = { ...this.#times, subscribeMs: this.#lap() };
        if (this.#visitor.triesToPublish) this.#tryToPublish();
        else this.#pass();
        break;
      case "publish":
        // Had it been denied, the error would have come before this PONG.
        this.#end({ outcome: "may-publish" });
        break;
      // Before its PING, or besides: no answer to anything.
      case "info":
      case "connect":
      case "history":
      case "over":
        break;
    }
  }

  /** Asks each stream for a message that none has (JetStream Direct Get): an answer, whatever it is, is no silence. */
  #askHistories(): void {
    this.#step = "history";
    const { inbox, histories } = this.#visitor;
    const question = '{"seq":9007199254740991}';
    const asked = histories.map((subject) => `PUB ${subject} ${inbox} ${question.length}\r\n${question}\r\n`);
    this.#send(`SUB ${inbox} h\r\n${asked.join("")}`);
    setTimeout(() => {
      if (this.#step === "history") this.#historiesAnswered(true);
    }, HISTORY_LIMIT_MS);
  }

  #answered(): void {
    if (this.#step !== "history") return;
    this.#answers += 1;
    if (this.#answers === this.#visitor.histories.length) this.#historiesAnswered(this.#isHistoryMissing);
  }

  #historiesAnswered(isMissing: boolean): void {
    this.#times = { ...this.#times, historyMs: this.#lap() };
    this.#isHistoryMissing ||= isMissing;
    this.#subscribe();
  }

  /** Subscribed and at once unsubscribed: whether it is allowed is told, and what a busy subject carries isn't sent. */
  #subscribe(): void {
    this.#step = "subscribe";
    const subscriptions = this.#visitor.subjects.map(
      (subject, index) => `SUB ${subject} ${index}\r\nUNSUB ${index}\r\n`,
    );
    this.#send(`${subscriptions.join("")}PING\r\n`);
  }

  /**
   * The credentials that are handed out must not be able to publish. Tried where, if it is
   * allowed after all, nobody listens: an empty message to an inbox of the probe's own.
   */
  #tryToPublish(): void {
    this.#step = "publish";
    this.#send(`PUB ${this.#visitor.inbox} 0\r\n\r\nPING\r\n`);
  }

  #refused(errText: string): void {
    if (this.#step === "publish" && PUBLISH_DENIED.test(errText)) this.#pass();
    else if (this.#step === "history" && /^permissions violation/i.test(errText)) {
      this.#historiesAnswered(true);
    } else if (this.#isHistoryMissing && PUBLISH_DENIED.test(errText)) {
      // Another stream's.
    } else this.#end({ outcome: "err", errText });
  }

  #pass(): void {
    this.#end({ outcome: this.#isHistoryMissing ? "no-history" : "pong" });
  }

  /** Milliseconds since the last step; workerd's clock moves with each I/O event, which is when this is asked. */
  #lap(): number {
    const nowMs = Date.now();
    const tookMs = nowMs - this.#stepStartedAtMs;
    this.#stepStartedAtMs = nowMs;
    return tookMs;
  }

  #send(text: string): void {
    this.#socket.send(new TextEncoder().encode(text));
  }

  #end(evidence: Omit<SessionEvidence, "waitingFor" | keyof Times>): void {
    if (this.#isOver) return;
    const isDone = evidence.outcome === "pong" || evidence.outcome === "no-history";
    const waitingFor = isDone ? "nothing" : this.#step === "info" ? "info" : "pong";
    this.#step = "over";
    this.#finish({ ...evidence, ...this.#times, waitingFor });
  }
}
