/** How the client leaves a server in lame duck mode. */
import { afterEach, describe, expect, test } from "vitest";
import { VirtualSocket } from "../test/chaos/virtual-socket.ts";
import { HOUR_MS, Life, MINUTE_MS } from "../test/support/clients/virtual-life.ts";

let life: Life;
afterEach(() => life.end());

describe("a handover", () => {
  test("leaves a server that announces lame duck mode together with its first PONG", async () => {
    class GoingSocket extends VirtualSocket {
      #rest = `INFO {"server_id":"going","version":"2.15.0","max_payload":1024,"ldm":true}\r\n`;
      override fromServer(text: string): void {
        const isPong = text === "PONG\r\n";
        super.fromServer(isPong ? text + this.#rest : text);
        if (isPong) this.#rest = "";
      }
    }
    let sockets = 0;
    const webSocket = () =>
      ++sockets === 1 ? new GoingSocket(life.server, "node") : new VirtualSocket(life.server, "node");
    life = new Life({ webSocket });
    await life.live();
    await life.run(5000);
    expect([life.count("handover"), life.count("link-lost"), sockets]).toEqual([1, 0, 2]);
  });

  /** A server that is in lame duck mode from the start, and says so in each INFO. */
  class GreetingSocket extends VirtualSocket {
    override fromServer(text: string): void {
      super.fromServer(text.replace(/INFO \{/, '$&"ldm":true,'));
    }
  }

  const ANSWER = 'INFO {"server_id":"one","version":"2.15.0","max_payload":1024,"connect_info":true}\r\n';
  /** Since 2.11 nats-server sends a second INFO after CONNECT, with the first PONG … */
  class AnsweringSocket extends GreetingSocket {
    #answer = ANSWER;
    override fromServer(text: string): void {
      super.fromServer(text === "PONG\r\n" ? text + this.#answer : text);
      if (text === "PONG\r\n") this.#answer = "";
    }
  }
  /** … or in a frame of its own, after it. */
  class LateAnsweringSocket extends GreetingSocket {
    #answer: string | null = ANSWER;
    override fromServer(text: string): void {
      super.fromServer(text);
      if (text !== "PONG\r\n" || this.#answer === null) return;
      super.fromServer(this.#answer);
      this.#answer = null;
    }
  }

  test.each([
    ["once", GreetingSocket],
    ["with its first PONG again", AnsweringSocket],
    ["after its first PONG again", LateAnsweringSocket],
  ])(
    "stays with a server that only greets in lame duck mode, %s, until the server announces it",
    async (_, Socket) => {
      let sockets = 0;
      const webSocket = () => {
        sockets += 1;
        return new Socket(life.server, "node");
      };
      life = new Life({ webSocket });
      await life.live();
      await life.run(HOUR_MS);
      expect(sockets).toBe(1);
      for (const moves of [1, 2]) {
        life.server.announceLameDuck();
        await life.run(MINUTE_MS);
        expect([sockets, life.count("handover"), life.count("link-lost")]).toEqual([1 + moves, moves, 0]);
      }
    },
  );
});
