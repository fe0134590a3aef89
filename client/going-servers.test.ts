/** How servers are left that say that they are going. */
import { afterEach, describe, expect, test } from "vitest";
import { VirtualSocket } from "../test/chaos/virtual-socket.ts";
import { HOUR_MS, Life, MINUTE_MS } from "../test/support/clients/virtual-life.ts";

let life: Life;
afterEach(() => life.end());

describe("a handover", () => {
  test("leaves a server that says together with its first PONG that it is going", async () => {
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

  /** A server that greets everybody with the word that it is going, and says so in each INFO. */
  class GreetingSocket extends VirtualSocket {
    override fromServer(text: string): void {
      super.fromServer(text.replace(/^INFO \{/, '$&"ldm":true,'));
    }
  }

  test("leaves a server that greets with the word that it is going for the one that doesn't", async () => {
    life = new Life({
      servers: ["ws://a", "ws://b"],
      random: () => 0,
      webSocket: (url) => new (url === "ws://b" ? VirtualSocket : GreetingSocket)(life.server, "node"),
    });
    await life.live();
    await life.run(HOUR_MS);
    expect(life.client.state).toMatchObject({ status: "live", server: { url: "ws://b" } });
    expect([life.count("handover"), life.count("link-lost")]).toEqual([1, 0]);
  });

  test("stays with one of several that greet so until it announces it", async () => {
    let greets = GreetingSocket;
    let sockets = 0;
    const webSocket = () => {
      sockets += 1;
      return new greets(life.server, "node");
    };
    life = new Life({ webSocket, credentials: async () => life.token(10 * MINUTE_MS) });
    await life.live();
    for (let minute = 0; minute < 58; minute += 1) {
      life.server.babble('INFO {"max_payload":1024}\r\n');
      await life.run(MINUTE_MS);
    }
    const reasons = life.client.timeline.entries.map((one) => one.type === "handover" && one.reason);
    expect(reasons.filter((reason) => reason === "lame-duck")).toHaveLength(1);
    expect([sockets, life.count("handover"), life.count("link-lost")]).toEqual([9, 8, 0]);
    greets = VirtualSocket;
    void life.client.reconnect();
    await life.run(5000);
    // However soon after another.
    for (let moves = 9; moves < 12; moves += 1) {
      life.server.announceLameDuck();
      await life.run(5000);
      expect(life.count("handover")).toBe(moves + 1);
    }
  });

  test("from one that greets so is tried once where no other link can be had, and its credentials are renewed in time", async () => {
    let sockets = 0;
    life = new Life({
      credentials: async () => life.token(HOUR_MS),
      webSocket: () => {
        life.server.rejection = ++sockets === 1 ? null : "maximum connections exceeded";
        return new GreetingSocket(life.server, "node");
      },
    });
    await life.live();
    await life.run(0.7 * HOUR_MS);
    expect([sockets, life.count("handover-failed")]).toEqual([2, 1]);
    await life.run(0.1 * HOUR_MS);
    expect(life.count("handover-failed")).toBeGreaterThan(10);
  });
});
