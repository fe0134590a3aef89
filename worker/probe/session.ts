import { LineReader, printable, type ServerLine } from "../../client/index.ts";
import type { SessionEvidence } from "./evidence.ts";
import type { Login } from "./login.ts";

/** What CONNECT says of the probe (NATS client protocol). */
const CONNECT = {
  verbose: false,
  pedantic: false,
  tls_required: false,
  echo: false,
  name: "mycelium-probe",
  lang: "mycelium",
  version: "0.1.0",
  protocol: 1,
};

/** A full server says so right behind INFO, and closes: time for that to arrive, milliseconds. */
const LAST_WORDS_MS = 10;

/** What nats-server says of a publication that isn't allowed (`server/client.go`, pubPermissionViolation). */
const PUBLISH_DENIED = /^permissions violation for publish/i;

/** As whom the probe comes, and what it must be able to read. */
export interface Visitor {
  /** Null where NATS is open. */
  readonly login: Login | null;
  /** The feeds' subjects. */
  readonly subjects: readonly string[];
}

/**
 * Speaks the NATS client protocol over an open WebSocket: INFO, CONNECT with
 * PING, PONG, one PING and PONG more for the round trip, the page's
 * subscriptions, and a publication that must be denied. Always closes it.
 */
export function runSession(socket: WebSocket, visitor: Visitor, limitMs: number): Promise<SessionEvidence> {
  return new Promise((resolve) => {
    const session = new Session(socket, visitor, (evidence) => {
      clearTimeout(timer);
      closeQuietly(socket);
      resolve(evidence);
    });
    const timer = setTimeout(() => session.timedOut(limitMs), limitMs);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => session.received(data));
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

type Times = Pick<SessionEvidence, "infoMs" | "authMs" | "roundTripMs" | "subscribeMs">;

class Session {
  readonly #socket: WebSocket;
  readonly #visitor: Visitor;
  readonly #finish: (evidence: SessionEvidence) => void;
  readonly #reader = new LineReader();
  #waitingFor: SessionEvidence["waitingFor"] = "info";
  #stepStartedAtMs = Date.now();
  #times: Times = {};
  #isPublishing = false;
  #isOver = false;

  constructor(socket: WebSocket, visitor: Visitor, finish: (evidence: SessionEvidence) => void) {
    this.#socket = socket;
    this.#visitor = visitor;
    this.#finish = finish;
  }

  received(data: ArrayBuffer | string): void {
    if (this.#isOver) return;
    // NATS is sent in binary frames only.
    if (typeof data === "string") this.#end({ outcome: "unreadable", firstBytes: printable(data) });
    else for (const line of this.#reader.read(new Uint8Array(data))) this.#take(line);
  }

  closed(closeCode: number, closeReason: string): void {
    this.#end({ outcome: "closed", closeCode, closeReason });
  }

  timedOut(waitedMs: number): void {
    this.#end({ outcome: "timeout", waitedMs });
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
      case "ok":
      case "message":
        break;
    }
  }

  async #info(nonce = ""): Promise<void> {
    // A later INFO only tells of cluster changes.
    if (this.#waitingFor !== "info") return;
    this.#times = { infoMs: this.#lap() };
    this.#waitingFor = "pong";
    // What is written to a server that is closing makes TCP drop its last words, unread.
    await scheduler.wait(LAST_WORDS_MS);
    if (this.#isOver) return;
    this.#lap();
    const connect = { ...CONNECT, ...(await this.#visitor.login?.proof(nonce)) };
    this.#send(`CONNECT ${JSON.stringify(connect)}\r\nPING\r\n`);
  }

  /** Each PONG ends a step: what was asked before its PING is done, or has been refused by then. */
  #pong(): void {
    if (this.#times.authMs === undefined) {
      this.#times = { ...this.#times, authMs: this.#lap() };
      this.#send("PING\r\n");
    } else if (this.#times.roundTripMs === undefined) {
      this.#times = { ...this.#times, roundTripMs: this.#lap() };
      const subscriptions = this.#visitor.subjects.map((subject, index) => `SUB ${subject} ${index + 1}\r\n`);
      this.#send(`${subscriptions.join("")}PING\r\n`);
    } else if (this.#times.subscribeMs === undefined) {
      this.#times = { ...this.#times, subscribeMs: this.#lap() };
      if (this.#visitor.login === null) this.#pass();
      else this.#tryToPublish(this.#visitor.login.ownInbox);
    } else {
      // Had it been denied, the error would have come before this PONG.
      this.#end({ outcome: "may-publish" });
    }
  }

  /**
   * The credentials that are handed out must not be able to publish. Tried where, if it is
   * allowed after all, nobody listens: an empty message to an inbox of the probe's own.
   */
  #tryToPublish(inbox: string): void {
    this.#isPublishing = true;
    this.#send(`PUB ${inbox} 0\r\n\r\nPING\r\n`);
  }

  #refused(errText: string): void {
    if (this.#isPublishing && PUBLISH_DENIED.test(errText)) this.#pass();
    else this.#end({ outcome: "err", errText });
  }

  #pass(): void {
    this.#waitingFor = "nothing";
    this.#end({ outcome: "pong" });
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
    this.#isOver = true;
    this.#finish({ ...evidence, ...this.#times, waitingFor: this.#waitingFor });
  }
}
