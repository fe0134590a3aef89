import type { ServerLine } from "../../client/faults/index.ts";
import type { Phase } from "../../contract/health.ts";
import { VERSION } from "../version.ts";
import type { Ending, SessionEvidence } from "./evidence.ts";
import type { ProbePlan } from "./plan.ts";
import { SessionEnded, Wire } from "./wire.ts";

/** The probe's CONNECT options (NATS client protocol). */
const CONNECT = {
  verbose: false,
  pedantic: false,
  tls_required: false,
  echo: false,
  headers: true,
  // A stream that doesn't answer is found out by the time limit anyway.
  no_responders: false,
  name: "mycelium-probe",
  lang: "mycelium",
  version: VERSION,
  protocol: 1,
};

/** Milliseconds to wait after INFO: a full server sends its error right after it, and closes. */
const AFTER_INFO_MS = 10;

/** How long all streams together may take to answer, in milliseconds. */
const HISTORY_LIMIT_MS = 600;

/** nats-server's error for a publication that isn't allowed (`server/client.go`, pubPermissionViolation). */
const PUBLISH_DENIED = /^permissions violation for publish/i;

/**
 * Speaks the NATS client protocol over an open WebSocket: INFO, CONNECT with PING and PONG, a second PING and PONG for
 * the round trip, a publication that must be denied (if planned), a request to each feed's stream, and the page's
 * subscriptions. Ends at the deadline whatever the server sends, and always closes the socket.
 */
export async function runSession(
  socket: WebSocket,
  server: string,
  plan: ProbePlan,
  limitMs: number,
): Promise<SessionEvidence> {
  const wire = new Wire(socket, limitMs);
  const session = new Session(wire, plan);
  try {
    const ending = await session.run(plan.publishTestServers.includes(server));
    return { ...session.progress, ...ending };
  } catch (error) {
    if (!(error instanceof SessionEnded)) throw error;
    return { ...session.progress, ...error.ending };
  } finally {
    wire.close();
  }
}

class Session {
  readonly #wire: Wire;
  readonly #plan: ProbePlan;
  readonly progress = {
    infoReceived: false,
    mayPublish: null as boolean | null,
    phases: [] as Phase[],
  };
  #phaseStartedAtMs = Date.now();
  #isHistoryMissing = false;

  constructor(wire: Wire, plan: ProbePlan) {
    this.#wire = wire;
    this.#plan = plan;
  }

  /** @throws SessionEnded if the session can't continue */
  async run(triesToPublish: boolean): Promise<Ending> {
    const { login, directGets, subjects } = this.#plan;
    const info = await this.#waitFor("info");
    this.progress.infoReceived = true;
    this.#endPhase("info");
    // Writing to a server that is closing would make TCP drop its error unread.
    await scheduler.wait(AFTER_INFO_MS);
    const credentials = await login?.(info.nonce ?? "");
    this.#endPhase();
    await this.#ping("auth", `CONNECT ${JSON.stringify({ ...CONNECT, ...credentials })}\r\n`);
    await this.#ping("roundtrip");
    // Before the checks below, whose errors end the session: they mustn't hide that viewers may publish.
    if (triesToPublish) this.progress.mayPublish = !(await this.#isPublishingDenied());
    this.#endPhase();
    if (directGets.length > 0) await this.#requestHistories();
    // Unsubscribing at once still shows whether subscribing is allowed, without a busy subject's messages.
    const subscriptions = subjects.map((subject, index) => `SUB ${subject} ${index}\r\nUNSUB ${index}\r\n`);
    await this.#ping("subscribe", subscriptions.join(""));
    return { outcome: this.#isHistoryMissing ? "no-history" : "pong" };
  }

  /** Sends `before` and PING, and waits for the PONG. */
  async #ping(phase: Phase["name"], before = ""): Promise<void> {
    this.#send(`${before}PING\r\n`);
    await this.#waitFor("pong");
    this.#endPhase(phase);
  }

  /** Requests a message that no stream has (JetStream Direct Get): any answer proves that the stream can be read. */
  async #requestHistories(): Promise<void> {
    const { inbox, directGets } = this.#plan;
    const body = '{"seq":9007199254740991}';
    const requests = directGets.map((subject) => `PUB ${subject} ${inbox} ${body.length}\r\n${body}\r\n`);
    this.#send(`SUB ${inbox} h\r\n${requests.join("")}`);
    const deadlineMs = Date.now() + HISTORY_LIMIT_MS;
    for (let answers = 0; answers < directGets.length && !this.#isHistoryMissing; ) {
      const line = await this.#wire.next(Math.max(0, deadlineMs - Date.now()));
      if (line?.op === "message") answers += 1;
      else if (line === null || (line.op === "err" && /^permissions violation/i.test(line.text))) {
        this.#isHistoryMissing = true;
      } else this.#handle(line);
    }
    this.#endPhase("history");
  }

  /** Tries to publish, which viewers must not: an empty message to the probe's own inbox, where nobody listens. */
  async #isPublishingDenied(): Promise<boolean> {
    this.#send(`PUB ${this.#plan.inbox} 0\r\n\r\nPING\r\n`);
    for (let isDenied = false; ; ) {
      const line = await this.#wire.next();
      // The error precedes this PONG. Without waiting, the next step would take the PONG for its own.
      if (line?.op === "pong") return isDenied;
      if (line?.op === "err" && PUBLISH_DENIED.test(line.text)) isDenied = true;
      else this.#handle(line);
    }
  }

  /** Handles all received lines, so that no earlier PONG counts as the answer, then sends. */
  #send(text: string): void {
    for (let line = this.#wire.poll(); line !== null; line = this.#wire.poll()) this.#handle(line);
    this.#wire.send(text);
  }

  async #waitFor<O extends ServerLine["op"]>(op: O): Promise<ServerLine & { readonly op: O }> {
    for (;;) {
      const line = await this.#wire.next();
      this.#handle(line);
      if (line?.op === op) return line as ServerLine & { readonly op: O };
    }
  }

  /** Handles a line that no step waits for. */
  #handle(line: ServerLine | null): void {
    if (line?.op === "ping") this.#wire.send("PONG\r\n");
    if (line?.op === "unreadable")
      throw new SessionEnded({ outcome: "unreadable", firstBytes: line.excerpt });
    if (line?.op !== "err") return;
    // Denied requests to further streams.
    if (this.#isHistoryMissing && PUBLISH_DENIED.test(line.text)) return;
    throw new SessionEnded({ outcome: "err", errText: line.text });
  }

  /** Ends a phase; without a name, its time counts for none. workerd's clock advances only with I/O events, as here. */
  #endPhase(phase?: Phase["name"]): void {
    const nowMs = Date.now();
    if (phase !== undefined)
      this.progress.phases.push({ name: phase, durationMs: nowMs - this.#phaseStartedAtMs });
    this.#phaseStartedAtMs = nowMs;
  }
}
