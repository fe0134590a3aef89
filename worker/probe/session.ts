import type { ServerLine } from "../../client/faults/index.ts";
import type { Phase } from "../../contract/health.ts";
import { VERSION } from "../version.ts";
import type { Ending, SessionEvidence } from "./evidence.ts";
import type { Visitor } from "./visitor.ts";
import { Ended, Wire } from "./wire.ts";

/** What CONNECT says of the probe (NATS client protocol). */
const CONNECT = {
  verbose: false,
  pedantic: false,
  tls_required: false,
  echo: false,
  headers: true,
  // Silence tells as well that no stream answers, and this would only tell it sooner.
  no_responders: false,
  name: "mycelium-probe",
  lang: "mycelium",
  version: VERSION,
  protocol: 1,
};

/** A full server says so right behind INFO, and closes: time for that to arrive, milliseconds. */
const LAST_WORDS_MS = 10;

/** How long a feed's stream has to answer, milliseconds. */
const HISTORY_LIMIT_MS = 600;

/** What nats-server says of a publication that isn't allowed (`server/client.go`, pubPermissionViolation). */
const PUBLISH_DENIED = /^permissions violation for publish/i;

/**
 * Speaks the NATS client protocol over an open WebSocket: INFO, CONNECT with PING, PONG, one PING and PONG more for
 * the round trip, where it is asked for a publication that must be denied, a question to each feed's stream, and the
 * page's subscriptions. Ends at the deadline whatever the server sends. Always closes it.
 */
export async function runSession(
  socket: WebSocket,
  server: string,
  visitor: Visitor,
  limitMs: number,
): Promise<SessionEvidence> {
  const wire = new Wire(socket, limitMs);
  const session = new Session(wire, visitor);
  try {
    const ending = await session.run(visitor.triesToPublishAt.includes(server));
    return { ...session.seen, ...ending };
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { ...session.seen, ...error.ending };
  } finally {
    wire.close();
  }
}

class Session {
  readonly #wire: Wire;
  readonly #visitor: Visitor;
  /** How far it has come. */
  readonly seen = {
    infoReceived: false,
    mayPublish: null as boolean | null,
    phases: [] as Phase[],
  };
  #lapStartedAtMs = Date.now();
  #isHistoryMissing = false;

  constructor(wire: Wire, visitor: Visitor) {
    this.#wire = wire;
    this.#visitor = visitor;
  }

  /** @throws Ended when it can't go on */
  async run(triesToPublish: boolean): Promise<Ending> {
    const { proof, histories, subjects } = this.#visitor;
    const info = await this.#until("info");
    this.seen.infoReceived = true;
    this.#lap("info");
    // What is written to a server that is closing makes TCP drop its last words, unread.
    await scheduler.wait(LAST_WORDS_MS);
    const proven = await proof?.(info.nonce ?? "");
    this.#lap();
    await this.#ping("auth", `CONNECT ${JSON.stringify({ ...CONNECT, ...proven })}\r\n`);
    await this.#ping("roundtrip");
    // First of all that may be denied: nothing that the page can't read hides what viewers must not do.
    if (triesToPublish) this.seen.mayPublish = !(await this.#isPublishingDenied());
    this.#lap();
    if (histories.length > 0) await this.#askHistories();
    // Subscribed and at once unsubscribed: whether it is allowed is told, and what a busy subject carries isn't sent.
    const subscriptions = subjects.map((subject, index) => `SUB ${subject} ${index}\r\nUNSUB ${index}\r\n`);
    await this.#ping("subscribe", subscriptions.join(""));
    return { outcome: this.#isHistoryMissing ? "no-history" : "pong" };
  }

  /** Says something and PING, and waits for the PONG; one that came before answers nothing. */
  async #ping(phase: Phase["name"], before = ""): Promise<void> {
    this.#say(`${before}PING\r\n`);
    await this.#until("pong");
    this.#lap(phase);
  }

  /** Asks each stream for a message that none has (JetStream Direct Get): an answer, whatever it is, is no silence. */
  async #askHistories(): Promise<void> {
    const { inbox, histories } = this.#visitor;
    const question = '{"seq":9007199254740991}';
    const asked = histories.map((subject) => `PUB ${subject} ${inbox} ${question.length}\r\n${question}\r\n`);
    this.#say(`SUB ${inbox} h\r\n${asked.join("")}`);
    const deadlineMs = Date.now() + HISTORY_LIMIT_MS;
    for (let answers = 0; answers < histories.length && !this.#isHistoryMissing; ) {
      const line = await this.#wire.next(Math.max(0, deadlineMs - Date.now()));
      if (line?.op === "message") answers += 1;
      else if (line === null || (line.op === "err" && /^permissions violation/i.test(line.text))) {
        this.#isHistoryMissing = true;
      } else this.#take(line);
    }
    this.#lap("history");
  }

  /**
   * The credentials that are handed out must not be able to publish. Tried where, if it is
   * allowed after all, nobody listens: an empty message to an inbox of the probe's own.
   */
  async #isPublishingDenied(): Promise<boolean> {
    this.#say(`PUB ${this.#visitor.inbox} 0\r\n\r\nPING\r\n`);
    for (let isDenied = false; ; ) {
      const line = await this.#wire.next();
      // The error comes before this PONG, which is waited for: it would be taken for the next one.
      if (line?.op === "pong") return isDenied;
      if (line?.op === "err" && PUBLISH_DENIED.test(line.text)) isDenied = true;
      else this.#take(line);
    }
  }

  /** Sends, once all that has come before is taken. */
  #say(text: string): void {
    for (let line = this.#wire.poll(); line !== null; line = this.#wire.poll()) this.#take(line);
    this.#wire.send(text);
  }

  async #until<O extends ServerLine["op"]>(op: O): Promise<ServerLine & { readonly op: O }> {
    for (;;) {
      const line = await this.#wire.next();
      this.#take(line);
      if (line?.op === op) return line as ServerLine & { readonly op: O };
    }
  }

  /** What any line means that wasn't waited for. */
  #take(line: ServerLine | null): void {
    if (line?.op === "ping") this.#wire.send("PONG\r\n");
    if (line?.op === "unreadable") throw new Ended({ outcome: "unreadable", firstBytes: line.begins });
    if (line?.op !== "err") return;
    // Another stream's.
    if (this.#isHistoryMissing && PUBLISH_DENIED.test(line.text)) return;
    throw new Ended({ outcome: "err", errText: line.text });
  }

  /** Notes the time since the last of them; workerd's clock moves with each I/O event, which is when this is asked. */
  #lap(phase?: Phase["name"]): void {
    const nowMs = Date.now();
    if (phase !== undefined) this.seen.phases.push({ name: phase, durationMs: nowMs - this.#lapStartedAtMs });
    this.#lapStartedAtMs = nowMs;
  }
}
