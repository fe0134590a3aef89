import type { SocketLike } from "../options.ts";

const OPEN = 1;
const CLOSED = 3;

/** Receives the events of a wire. */
export interface WireObserver {
  opened?(): void;
  /** A frame came; `data` is a string for a text frame, which NATS servers never send. */
  received(data: Uint8Array<ArrayBuffer> | string): void;
  /** The socket closed, or the wire was closed or cut. Called once. */
  ended(end: WireEnd): void;
}

/** How a wire ended; unknown fields are absent. */
export interface WireEnd {
  /** WebSocket close code, from the peer or the runtime. */
  readonly closeCode?: number;
  readonly closeReason?: string;
  /** The runtime's error message, if any; browsers give none. */
  readonly detail?: string;
}

/** The handlers that the transport of nats.ws sets on its socket. */
interface TransportHandlers {
  onopen: (() => void) | null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null;
  onclose: ((event: { wasClean: boolean; reason: string }) => void) | null;
  onerror: ((event: { message: string }) => void) | null;
}

/**
 * Wraps a WebSocket for the transport of nats.ws, which loses the close code and reason and can hang while it waits for
 * a close or an empty buffer. A wire reports both, can be cut at once, and always releases nats.ws.
 */
export class Wire implements TransportHandlers {
  onopen: TransportHandlers["onopen"] = null;
  onmessage: TransportHandlers["onmessage"] = null;
  onclose: TransportHandlers["onclose"] = null;
  onerror: TransportHandlers["onerror"] = null;

  readonly #socket: SocketLike;
  /** The dial, and later its connection. */
  observer: WireObserver;
  #ended = false;
  /** Frames withheld from nats.ws; null while frames are passed on at once. */
  #held: ArrayBuffer[] | null = null;
  #detail: string | undefined;
  #settleGone: () => void = () => {};
  /** Settles when the runtime has closed the socket. */
  readonly gone: Promise<void>;

  constructor(socket: SocketLike, observer: WireObserver) {
    this.#socket = socket;
    this.observer = observer;
    this.gone = new Promise((settle) => {
      this.#settleGone = settle;
    });
    socket.binaryType = "arraybuffer";
    for (const [type, listener] of this.#listeners) socket.addEventListener(type, listener);
  }

  // For nats.ws, which sets this; the constructor already has.
  set binaryType(_value: string) {}

  /** nats.ws waits for 0 before it closes, so an ended wire must report 0. */
  get bufferedAmount(): number {
    return this.#ended ? 0 : (this.#socket.bufferedAmount ?? 0);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === OPEN;
  }

  /** Whether frames are being withheld from nats.ws. */
  get withholdsFrames(): boolean {
    return this.#held !== null;
  }

  /** Sends only while open: nats.ws keeps sending until the close event, and browsers log an error for each frame. */
  send(data: ArrayBuffer): void {
    if (this.isOpen) this.#socket.send(data);
  }

  /** Withholds frames from nats.ws, the current one included, until `ready` resolves. */
  hold(ready: Promise<void>): void {
    this.#held = [];
    void ready.then(() => {
      const held = this.#held ?? [];
      this.#held = null;
      for (const data of held) this.#pass(data);
    });
  }

  /** Always closes with code 1000: browsers refuse the 1002 of nats.ws, and the socket would stay open. */
  close(): void {
    if (this.#socket.readyState < 2) this.#socket.close(1000);
    this.#end({});
  }

  /** Closes the socket once it has opened: browsers log an error for an earlier close. Settles when it has closed. */
  async closeOnceOpen(): Promise<void> {
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
   * Ends the wire at once, without waiting for the closing handshake.
   * @returns false if the runtime can't terminate a socket, so that it is still closing
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
    // An observer that finds bytes that aren't NATS cuts the wire; nats.ws must not parse them.
    if (!this.#ended) this.onmessage?.({ data });
  }

  readonly #onError = (event: { message?: string }): void => {
    if (typeof event.message === "string" && event.message !== "") this.#detail = event.message;
  };

  readonly #onClose = (event: { code: number; reason: string }): void => {
    for (const [type, listener] of this.#listeners) this.#socket.removeEventListener(type, listener);
    this.#end({
      closeCode: event.code,
      ...(event.reason === "" ? {} : { closeReason: event.reason }),
      ...(this.#detail === undefined ? {} : { detail: this.#detail }),
    });
    this.#settleGone();
  };

  readonly #listeners = [
    ["open", this.#onOpen],
    ["message", this.#onMessage],
    ["close", this.#onClose],
    ["error", this.#onError],
  ] as const;

  #end(end: WireEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.observer.ended(end);
    // onerror releases nats.ws while it waits for INFO, onclose at any later time.
    this.onclose?.({ wasClean: false, reason: end.closeReason ?? "" });
    this.onerror?.({ message: "the link ended" });
  }
}
