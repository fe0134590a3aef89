import { connect, type Socket } from "node:net";
import type { Broker } from "../../support/servers/broker.ts";

/** Messages per write. */
const BATCH = 400;

/** Messages in transit: enough that the receiver never waits, too few to make it a slow consumer. */
const WINDOW = 20_000;

/**
 * A publisher that costs the measuring process almost nothing: it writes prepared bytes over TCP. It ends with its
 * server.
 */
export class Pump {
  readonly #socket: Socket;
  readonly #batch: Buffer;
  #sent = 0;

  private constructor(socket: Socket, subject: string, payloadBytes: number) {
    this.#socket = socket;
    const message = `PUB ${subject} ${payloadBytes}\r\n${"x".repeat(payloadBytes)}\r\n`;
    this.#batch = Buffer.from(message.repeat(BATCH));
    // Reads everything from the server (INFO, PING): otherwise the server would stop reading too.
    socket.resume().on("error", () => {});
  }

  static async connect(broker: Broker, subject: string, payloadBytes: number): Promise<Pump> {
    const socket = connect(Number(new URL(broker.tcpUrl).port), "127.0.0.1");
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    });
    socket.write('CONNECT {"verbose":false,"pedantic":false}\r\n');
    return new Pump(socket, subject, payloadBytes);
  }

  /** Sends further messages up to `total`, as far as the window after `received` allows. */
  push(received: number, total: number): void {
    while (this.#sent < total && this.#sent - received < WINDOW) {
      this.#socket.write(this.#batch);
      this.#sent += BATCH;
    }
  }
}
