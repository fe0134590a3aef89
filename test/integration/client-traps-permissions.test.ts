/**
 * Trap 7 of nats.ws 1.30.3: denied subscriptions, and errors without a name. Each is shown on plain nats.ws first.
 */
import { connect, type NatsError } from "nats.ws";
import { describe, expect, test } from "vitest";
import type { Credentials } from "../../client/index.ts";
import { startSimulator } from "../../simulator/index.ts";
import { observedClient } from "../support/clients/client.ts";
import { plainDial, plainStatus } from "../support/clients/plain-nats.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

describe("trap 7: permissions and other server errors", () => {
  const USERS = `authorization { users = [
    { user: reader, password: r, permissions: { subscribe: { allow: ["open.>", "_INBOX.>"] } } }
    { user: admin, password: a }
  ] }`;

  test("plain nats.ws drops a denied subscription for good", async () => {
    const broker = await startNatsServer({ config: USERS });
    let login = { user: "reader", pass: "r" };
    const { options } = plainDial(broker.webSocketUrl, { authenticator: () => login, reconnectTimeWait: 50 });
    const plain = await connect(options);
    const denied = plain.subscribe("closed.a", { callback: () => {} });
    await until("it is dropped", () => denied.isClosed());
    login = { user: "admin", pass: "a" };
    const back = plainStatus(plain, "reconnect");
    await plain.reconnect();
    await back;
    await plain.flush();
    // The server may still list the old connection for a moment.
    const held = async () => (await broker.connz()).connections.map((one) => one.subscriptions_list ?? []);
    await untilEqual(held, [[]]);
    await plain.close();
    await broker.stop();
  });

  test("plain nats.ws reports a denied publication as a status event, our client on its timeline", async () => {
    const config = `authorization { users = [ { user: reader, password: r, permissions: { publish: "open.>" } } ] }`;
    const broker = await startNatsServer({ config });
    const plain = await connect(plainDial(broker.webSocketUrl, { user: "reader", pass: "r" }).options);
    const heard = plainStatus(plain, "error");
    plain.publish("closed.a", "");
    await plain.flush();
    await heard;
    await plain.close();

    const credentials = async () => ({ type: "userpass", user: "reader", pass: "r" }) as const;
    const { client } = observedClient(broker.webSocketUrl, { credentials });
    await client.start();
    client.publish("closed.a", "");
    const refusals = () => client.timeline.entries.filter(({ type }) => type === "publish-failed");
    await until("it is told", () => refusals().length > 0);
    const message = expect.stringMatching(/^Permissions Violation for Publish to "closed.a"/);
    expect(refusals()).toMatchObject([{ subject: "closed.a", message }]);
    expect(client.state.status).toBe("live");
    await client.stop();
    await broker.stop();
  });

  test("our client retries a denied subscription with the next credential", async () => {
    const broker = await startNatsServer({ config: USERS });
    let login: Credentials = { type: "userpass", user: "reader", pass: "r" };
    const { client } = observedClient(broker.webSocketUrl, { credentials: async () => login });
    const subscription = client.subscribe("closed.a", () => {});
    await client.start();
    await until("it is denied", () => subscription.status === "denied");
    expect(subscription.fault).toMatchObject({ kind: "permission" });
    login = { type: "userpass", user: "admin", pass: "a" };
    await client.reconnect();
    await until("it is active", () => subscription.status === "active");
    expect(subscription.fault).toBeNull();
    await client.stop();
    await broker.stop();
  });

  test("plain nats.ws reports 'maximum connections exceeded' as a protocol error; our client keeps its text and close code", async () => {
    const simulator = await startSimulator();
    const text = "maximum connections exceeded";
    simulator.faults.add({ at: "connect", action: { do: "error", text, code: 1008 } });
    const { options } = plainDial(simulator.webSocketUrl, { reconnect: false });
    const refused = await connect(options).then(
      () => undefined,
      (error: NatsError) => error,
    );
    expect(refused?.code).toBe("NATS_PROTOCOL_ERR");

    const { client } = observedClient(simulator.webSocketUrl);
    expect(await client.start()).toBe("retrying");
    expect(client.state).toMatchObject({
      fault: { kind: "max-connections", evidence: { errText: text, closeCode: 1008 } },
    });
    await client.stop();
    await simulator.stop();
  });

  test.each([
    [1001, "Stale Connection", "stale"],
    [1002, "Protocol Violation", "protocol"],
    [1008, "Slow Consumer (Pending Bytes)", "slow-consumer"],
    [1009, "Maximum Message Payload Exceeded", "payload-too-large"],
  ] as const)(
    "a close frame %i, '%s': plain nats.ws ignores it; our client reports its reason",
    async (code, reason, kind) => {
      const simulator = await startSimulator();
      const { options } = plainDial(simulator.webSocketUrl, { reconnect: false });
      const plain = await connect(options);
      const { client, reaches } = observedClient(simulator.webSocketUrl);
      await client.start();
      await until("the first ping was answered", () => client.rttMs !== null);
      simulator.faults.add({ at: "before-pong", action: { do: "close-code", code, reason }, times: 2 });
      // Observed from before: until the plain client has closed, ours may be live again.
      const lost = reaches("reconnecting");
      void plain.rtt().catch(() => {});
      client.notifyWake();
      expect((await plain.closed())?.message ?? "").not.toContain(reason);
      expect(await lost).toMatchObject({
        fault: { kind, evidence: { closeCode: code, closeReason: reason } },
      });
      await client.stop();
      await simulator.stop();
    },
  );
});
