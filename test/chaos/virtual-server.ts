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

/** One client's connection as the server has it. */
interface Session {
  readonly socket: VirtualSocket;
  /** Subject by subscription id. */
  readonly subscriptions: Map<string, string>;
  /** Bytes of a command that isn't whole yet. */
  unread: string;
  connected: boolean;
  /** Whether it has answered a PING: its client knows it to be live, and hears what it announces. */
  isLive: boolean;
  /** Whether it was asked to leave. */
  isLeaving: boolean;
}

/** A NATS server of a few lines in virtual time: enough for any client, and it may be broken at will. */
export class VirtualServer implements Network {
  reachability: Reachability = "up";
  /** Each way, milliseconds. */
  latencyMs = 5;
  /** Subjects it refuses to let anyone subscribe to. */
  readonly denied = new Set<string>();
  /** What it answers to CONNECT instead of a PONG, if anything. */
  rejection: string | null = null;
  frozen = false;
  readonly #clock: VirtualClock;
  readonly #sessions = new Map<VirtualSocket, Session>();
  readonly #whileFrozen: (() => void)[] = [];

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** The subjects that live sessions are subscribed to, sorted, but for inboxes; one list per session. */
  get subscribed(): string[][] {
    return this.#lists((subject) => !subject.startsWith("_INBOX."));
  }

  /** The inboxes of live sessions; one list per session. */
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

  /** Takes bytes from a client, at the time they arrive. */
  take(socket: VirtualSocket, text: string): void {
    this.#act(() => this.#read(socket, text));
  }

  /** The client closed, or its connection broke. */
  forget(socket: VirtualSocket): void {
    this.#act(() => {
      this.#sessions.delete(socket);
      socket.acknowledgeClose();
    });
  }

  /** Sends a message to every subscription of `subject`; false while frozen, when nobody could publish. */
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

  /** Ends every connection: with an -ERR and a close frame if given, else as a killed process does. */
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

  /** Whether everybody who was asked to leave has left. */
  get isLeft(): boolean {
    return [...this.#sessions.values()].every(({ isLeaving }) => !isLeaving);
  }

  announceLameDuck(): void {
    for (const session of this.#sessions.values()) session.isLeaving = session.isLive;
    this.babble(infoLine({ ldm: true }));
  }

  /** Cuts the cable of every connection: nobody is told. */
  partition(): void {
    for (const { socket } of this.#sessions.values()) socket.loseEverything();
    this.#sessions.clear();
  }

  thaw(): void {
    this.frozen = false;
    for (const deed of this.#whileFrozen.splice(0)) deed();
  }

  #act(deed: () => void): void {
    if (this.frozen) this.#whileFrozen.push(deed);
    else deed();
  }

  #read(socket: VirtualSocket, text: string): void {
    const session = this.#sessions.get(socket);
    if (session === undefined) return;
    session.unread += text;
    for (let end = session.unread.indexOf("\r\n"); end >= 0; end = session.unread.indexOf("\r\n")) {
      const line = session.unread.slice(0, end);
      session.unread = session.unread.slice(end + 2);
      this.#obey(session, line.split(" "));
    }
  }

  #obey(session: Session, [verb, ...words]: string[]): void {
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
      // An empty message is taken, and nobody hears it: a question stays open until its inbox is published to.
      throw new Error(`the client sent ${verb}: the virtual server has no such command`);
    }
  }

  /** The clock that its sockets travel by. */
  get clock(): VirtualClock {
    return this.#clock;
  }
}
