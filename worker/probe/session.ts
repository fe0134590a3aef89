import type { SessionEvidence } from "./evidence.ts";
import type { Login } from "./login.ts";
import { LineReader, type ServerLine } from "./reader.ts";

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

/**
 * Speaks the NATS client protocol over an open WebSocket: INFO, CONNECT with
 * PING, PONG, and one PING and PONG more for the round trip. Always closes it.
 */
export function runSession(
  socket: WebSocket,
  login: Login | null,
  limitMs: number,
): Promise<SessionEvidence> {
  return new Promise((resolve) => {
    const session = new Session(socket, login, (evidence) => {
      clearTimeout(timer);
      closeQuietly(socket);
      resolve(evidence);
    });
    const timer = setTimeout(() => session.timedOut(), limitMs);
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

type Times = Pick<SessionEvidence, "infoMs" | "authMs" | "roundTripMs">;

class Session {
  readonly #socket: WebSocket;
  readonly #login: Login | null;
  readonly #finish: (evidence: SessionEvidence) => void;
  readonly #reader = new LineReader();
  #waitingFor: SessionEvidence["waitingFor"] = "info";
  #stepStartedAtMs = Date.now();
  #times: Times = {};
  #isOver = false;

  constructor(socket: WebSocket, login: Login | null, finish: (evidence: SessionEvidence) => void) {
    this.#socket = socket;
    this.#login = login;
    this.#finish = finish;
  }

  received(data: ArrayBuffer | string): void {
    if (this.#isOver) return;
    // NATS is sent in binary frames only.
    if (typeof data === "string") this.#end({ outcome: "not-nats" });
    else for (const line of this.#reader.read(new Uint8Array(data))) this.#take(line);
  }

  closed(closeCode: number, closeReason: string): void {
    this.#end({ outcome: "closed", closeCode, closeReason });
  }

  timedOut(): void {
    this.#end({ outcome: "timeout" });
  }

  #take(line: ServerLine): void {
    if (this.#isOver) return;
    switch (line.op) {
      case "info":
        void this.#info(line.nonce);
        break;
      case "bad-info":
        this.#end({ outcome: "bad-info" });
        break;
      case "pong":
        this.#pong();
        break;
      case "ping":
        this.#send("PONG\r\n");
        break;
      case "err":
        this.#end({ outcome: "err", errText: line.text });
        break;
      case "strange":
        this.#end({ outcome: this.#waitingFor === "info" ? "not-nats" : "bad-info" });
        break;
      case "endless":
        this.#end({ outcome: "endless-info" });
        break;
      case "ok":
        break;
    }
  }

  async #info(nonce: string): Promise<void> {
    // A later INFO only tells of cluster changes.
    if (this.#waitingFor !== "info") return;
    this.#times = { infoMs: this.#lap() };
    this.#waitingFor = "pong";
    const connect = { ...CONNECT, ...(await this.#login?.(nonce)) };
    if (!this.#isOver) this.#send(`CONNECT ${JSON.stringify(connect)}\r\nPING\r\n`);
  }

  #pong(): void {
    if (this.#times.authMs === undefined) {
      this.#times = { ...this.#times, authMs: this.#lap() };
      this.#send("PING\r\n");
      return;
    }
    this.#times = { ...this.#times, roundTripMs: this.#lap() };
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
