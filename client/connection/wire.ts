import type { SocketLike } from "../options.ts";

const OPEN = 1;
const CLOSED = 3;

/** What a wire tells its link. */
export interface WireObserver {
  opened?(): void;
  /** A frame came; `data` is a string when the peer sent a text frame, which NATS never does. */
  received(data: Uint8Array<ArrayBuffer> | string): void;
  /** The socket is gone, or nats.ws has let go of it. Told once. */
  ended(end: WireEnd): void;
}

/** How a wire ended; a field is absent when nothing was seen of it. */
export interface WireEnd {
  /** WebSocket close code, as the peer or the runtime gave it. */
  readonly closeCode?: number;
  readonly closeReason?: string;
  /** The runtime's own words, where it has any (browsers have none). */
  readonly detail?: string;
}

/** The handlers nats.ws's transport sets on its socket. */
interface TransportHandlers {
  onopen: (() => void) | null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null;
  onclose: ((event: { wasClean: boolean; reason: string }) => void) | null;
  onerror: ((event: { message: string }) => void) | null;
}

/**
 * A WebSocket as nats.ws's transport sees it, with what that transport lacks:
 * it keeps the close code and reason, it can be cut without waiting, and a
 * library that waits for it (on a close, on an empty buffer) is always released.
 */
export class Wire implements TransportHandlers {
  onopen: TransportHandlers["onopen"] = null;
  onmessage: TransportHandlers["onmessage"] = null;
  onclose: TransportHandlers["onclose"] = null;
  onerror: TransportHandlers["onerror"] = null;

  readonly #socket: SocketLike;
  /** Who is told; the connection, once there is one. */
  observer: WireObserver;
  #ended = false;
  /** Frames that nats.ws isn't given yet; null when it is given each at once. */
  #held: ArrayBuffer[] | null = null;
  #detail: string | undefined;
  #settleGone: () => void = () => {};
  /** Settles when the runtime has let go of the socket. */
  readonly gone: Promise<void>;

  constructor(socket: SocketLike, observer: WireObserver) {
    this.#socket = socket;
    this.observer = observer;
    this.gone = new Promise((settle) => {
      this.#settleGone = settle;
    });
    socket.binaryType = "arraybuffer";
    for (const [type, hear] of this.#hears) socket.addEventListener(type, hear);
  }

  // nats.ws sets it; the constructor has already done so.
  set binaryType(_value: string) {}

  /** nats.ws waits for this to reach 0 before it closes: an ended wire owes nothing. */
  get bufferedAmount(): number {
    return this.#ended ? 0 : (this.#socket.bufferedAmount ?? 0);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === OPEN;
  }

  /** Whether frames are kept from nats.ws. */
  get keepsFrames(): boolean {
    return this.#held !== null;
  }

  /** Between a peer's close and its event nats.ws still sends, for which a browser complains in its console. */
  send(data: ArrayBuffer): void {
    if (this.isOpen) this.#socket.send(data);
  }

  /** Keeps frames from nats.ws, this one included, until `ready` settles; their order stays. */
  hold(ready: Promise<void>): void {
    this.#held = [];
    void ready.then(() => {
      const held = this.#held ?? [];
      this.#held = null;
      for (const data of held) this.#pass(data);
    });
  }

  /**
   * nats.ws closes with its error's text and code 1002, which browsers forbid
   * a page to send: the socket would stay open. A wire always closes with 1000.
   */
  close(): void {
    if (this.#socket.readyState < 2) this.#socket.close(1000);
    this.#end({});
  }

  /** Closes it once it is open, for browsers log an error otherwise; settles when the runtime has let go of it. */
  async windDown(): Promise<void> {
    if (!this.isOpen) {
      const opened = new Promise<void>((settle) => {
        this.onopen = settle;
      });
      await Promise.race([opened, this.gone]);
    }
    this.close();
    await this.gone;
  }

  /**
   * Cuts at once: no closing handshake is waited for, and nats.ws is told that it is over.
   * @returns false where the runtime can't, and goes on closing by itself
   */
  cut(): boolean {
    const isClosed = this.#socket.readyState === CLOSED;
    const canCut = this.#socket.terminate !== undefined;
    if (!isClosed && canCut) this.#socket.terminate?.();
    else if (!isClosed) this.#socket.close(1000);
    this.#end({});
    return isClosed || canCut;
  }

  readonly #onOpen = (): void => {
    if (this.#ended) return;
    this.observer.opened?.();
    this.onopen?.();
  };

  readonly #onMessage = (event: { data: ArrayBuffer | string }): void => {
    if (this.#ended) return;
    const { data } = event;
    this.observer.received(typeof data === "string" ? data : new Uint8Array(data));
    if (typeof data === "string") return;
    if (this.#held === null) this.#pass(data);
    else this.#held.push(data);
  };

  #pass(data: ArrayBuffer): void {
    // The observer may have found it to be no NATS and cut: then nats.ws needn't choke on it.
    if (!this.#ended) this.onmessage?.({ data });
  }

  readonly #onError = (event: { message?: string }): void => {
    if (typeof event.message === "string" && event.message !== "") this.#detail = event.message;
  };

  readonly #onClose = (event: { code: number; reason: string }): void => {
    for (const [type, hear] of this.#hears) this.#socket.removeEventListener(type, hear);
    this.#end({
      closeCode: event.code,
      ...(event.reason === "" ? {} : { closeReason: event.reason }),
      ...(this.#detail === undefined ? {} : { detail: this.#detail }),
    });
    this.#settleGone();
  };

  readonly #hears = [
    ["open", this.#onOpen],
    ["message", this.#onMessage],
    ["close", this.#onClose],
    ["error", this.#onError],
  ] as const;

  #end(end: WireEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.observer.ended(end);
    // The error releases a dial that waits for INFO, the close everything later.
    this.onclose?.({ wasClean: false, reason: end.closeReason ?? "" });
    this.onerror?.({ message: "the link ended" });
  }
}
