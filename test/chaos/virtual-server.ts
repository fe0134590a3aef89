import type { VirtualClock } from "./virtual-clock.ts";
import type { Network, Reachability, VirtualSocket } from "./virtual-socket.ts";

const INFO = {
  server_id: "VIRTUAL",
  server_name: "virtual",
  version: "2.15.0",
  proto: 1,
  max_payload: 1_048_576,
  headers: true,
  client_id: 1,
};

function infoLine(more: object = {}): string {
  return `INFO ${JSON.stringify({ ...INFO, ...more })}\r\n`;
}

/** A client's connection, on the server. */
interface Session {
  readonly socket: VirtualSocket;
  /** Subject by subscription id. */
  readonly subscriptions: Map<string, string>;
  /** Start of a command that isn't complete yet. */
  unread: string;
  connected: boolean;
  /** Whether the server has answered a PING, so that the client is live and handles announcements. */
  isLive: boolean;
  /** Whether the client was sent `ldm`. */
  isLeaving: boolean;
}

/** A minimal NATS server in virtual time, with faults on demand. */
export class VirtualServer implements Network {
  reachability: Reachability = "up";
  /** One-way latency, milliseconds. */
  latencyMs = 5;
  /** Subjects to which subscriptions are refused. */
  readonly denied = new Set<string>();
  /** If set, the `-ERR` that answers CONNECT. */
  rejection: string | null = null;
  frozen = false;
  readonly #clock: VirtualClock;
  readonly #sessions = new Map<VirtualSocket, Session>();
  readonly #delayed: (() => void)[] = [];

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Subscribed subjects without inboxes, sorted; one list per session that has sent CONNECT. */
  get subscribed(): string[][] {
    return this.#lists((subject) => !subject.startsWith("_INBOX."));
  }

  /** Subscribed inboxes; one list per session that has sent CONNECT. */
  get inboxes(): string[][] {
    return this.#lists((subject) => subject.startsWith("_INBOX."));
  }

  #lists(isWanted: (subject: string) => boolean): string[][] {
    const open = [...this.#sessions.values()].filter((session) => session.connected);
    return open.map((session) => [...session.subscriptions.values()].filter(isWanted).sort());
  }

  accept(socket: VirtualSocket): void {
    this.#sessions.set(socket, {
      socket,
      subscriptions: new Map(),
      unread: "",
      connected: false,
      isLive: false,
      isLeaving: false,
    });
    this.#act(() => socket.fromServer(infoLine()));
  }

  /** Receives bytes from a client. */
  take(socket: VirtualSocket, text: string): void {
    this.#act(() => this.#read(socket, text));
  }

  /** Ends a session: the client closed its socket, or the connection broke. */
  forget(socket: VirtualSocket): void {
    this.#act(() => {
      this.#sessions.delete(socket);
      socket.acknowledgeClose();
    });
  }

  /** Sends a message to every subscription of `subject`; returns false while frozen, when it takes no messages. */
  publish(subject: string, payload: string): boolean {
    if (this.frozen) return false;
    for (const session of this.#sessions.values()) this.#deliver(session, subject, payload);
    return true;
  }

  #deliver({ socket, subscriptions }: Session, subject: string, payload: string): void {
    for (const [sid, wanted] of subscriptions) {
      const isInbox = wanted.endsWith(".*") && subject.startsWith(wanted.slice(0, -1));
      if (wanted === subject || isInbox)
        socket.fromServer(`MSG ${subject} ${sid} ${payload.length}\r\n${payload}\r\n`);
    }
  }

  /** Ends every connection: with an `-ERR` and a close frame if given, else as if the process was killed. */
  dropAll(errText?: string, closeCode?: number): void {
    for (const { socket } of this.#sessions.values()) {
      if (errText !== undefined) socket.fromServer(`-ERR '${errText}'\r\n`);
      socket.closeByServer(closeCode ?? 1006, closeCode === undefined ? "" : (errText ?? ""));
    }
    this.#sessions.clear();
  }

  /** Sends raw bytes to every client. */
  babble(text: string): void {
    for (const { socket } of this.#sessions.values()) socket.fromServer(text);
  }

  /** Whether every client that was sent `ldm` has left. */
  get isLeft(): boolean {
    return [...this.#sessions.values()].every(({ isLeaving }) => !isLeaving);
  }

  announceLameDuck(): void {
    for (const session of this.#sessions.values()) session.isLeaving = session.isLive;
    this.babble(infoLine({ ldm: true }));
  }

  /** Silently loses everything on every connection from now on. */
  partition(): void {
    for (const { socket } of this.#sessions.values()) socket.loseEverything();
    this.#sessions.clear();
  }

  thaw(): void {
    this.frozen = false;
    for (const deed of this.#delayed.splice(0)) deed();
  }

  #act(deed: () => void): void {
    if (this.frozen) this.#delayed.push(deed);
    else deed();
  }

  #read(socket: VirtualSocket, text: string): void {
    const session = this.#sessions.get(socket);
    if (session === undefined) return;
    session.unread += text;
    for (let end = session.unread.indexOf("\r\n"); end >= 0; end = session.unread.indexOf("\r\n")) {
      const line = session.unread.slice(0, end);
      session.unread = session.unread.slice(end + 2);
      this.#execute(session, line.split(" "));
    }
  }

  #execute(session: Session, [verb, ...words]: string[]): void {
    const { socket, subscriptions } = session;
    if (verb === "CONNECT") {
      if (this.rejection === null) {
        session.connected = true;
        return;
      }
      socket.fromServer(`-ERR '${this.rejection}'\r\n`);
      socket.closeByServer(1008, this.rejection);
      this.#sessions.delete(socket);
    } else if (verb === "PING") {
      socket.fromServer("PONG\r\n");
      session.isLive = true;
    } else if (verb === "UNSUB") {
      subscriptions.delete(words[0] ?? "");
    } else if (verb === "SUB") {
      const [subject = "", sid = ""] = words;
      if (this.denied.has(subject)) {
        socket.fromServer(`-ERR 'Permissions Violation for Subscription to "${subject}"'\r\n`);
      } else {
        subscriptions.set(sid, subject);
      }
    } else if (verb !== "PONG" && verb !== "PUB" && verb !== "") {
      // PUB is accepted and ignored: a request stays open until the test publishes to its inbox.
      throw new Error(`the client sent ${verb}, which the virtual server doesn't support`);
    }
  }

  /** The clock of its sockets. */
  get clock(): VirtualClock {
    return this.#clock;
  }
}
