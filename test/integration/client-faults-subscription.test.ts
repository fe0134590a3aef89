/** The matrix's faults of a single subscription, which leave the link and the other subscriptions unaffected. */
import { expect, test } from "vitest";
import { faultOf } from "../../client/index.ts";
import { startSimulator } from "../../simulator/index.ts";
import { observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const reader = async () => ({ type: "userpass", user: "reader", pass: "r" }) as const;

test.each([
  {
    name: "nats-server",
    start: () =>
      startNatsServer({
        config: `authorization { users = [ { user: reader, password: r, permissions: { subscribe: "open.>" } } ] }`,
      }),
  },
  {
    name: "the simulator",
    start: () =>
      startSimulator({
        auth: {
          type: "users",
          users: [
            {
              name: "reader",
              password: "r",
              account: "$G",
              permissions: { subscribe: { allow: ["open.>"] } },
            },
          ],
        },
      }),
  },
])(
  "permission while live on $name: only that subscription is denied, and the link stays open",
  async ({ start }) => {
    const server = await start();
    const observed = observedClient(server.webSocketUrl, { credentials: reader });
    const { client } = observed;
    const [open, closed] = [client.subscribe("open.a", () => {}), client.subscribe("closed.a", () => {})];
    expect(await client.start()).toBe("live");
    await until("both are answered", () => open.status === "active" && closed.status === "denied");
    expect(closed.fault).toMatchObject({
      kind: "permission",
      retryable: true,
      evidence: { errText: expect.stringContaining("closed.a") },
    });
    expect([client.state.status, faultOf(client.state)]).toEqual(["live", null]);
    expect(await client.stop()).toBe("drained");
    await untilEqual(() => observed.openSockets(), 0);
    await server.stop();
  },
);

test.each([
  { name: "nats-server", start: () => startNatsServer({ config: "max_subscriptions: 1" }) },
  { name: "the simulator", start: () => startSimulator({ maxSubscriptions: 1 }) },
])(
  "too-many-subscriptions while live on $name: denies the subscription beyond the limit, and the link and the other continue",
  async ({ start }) => {
    const server = await start();
    const observed = observedClient(server.webSocketUrl);
    const publisher = await connectPublisher(server.tcpUrl);
    const { client } = observed;
    let received = 0;
    const within = client.subscribe("within", () => {
      received += 1;
    });
    const beyond = client.subscribe("beyond", () => {});
    expect(await client.start()).toBe("live");
    await until("it is active", () => within.status === "active");
    expect([beyond.status, beyond.fault?.kind]).toEqual(["denied", "too-many-subscriptions"]);
    publisher.publish("within", "");
    await until("it delivers", () => received === 1);
    expect([client.state.status, faultOf(client.state)]).toEqual(["live", null]);
    expect(await client.stop()).toBe("drained");
    await untilEqual(() => observed.openSockets(), 0);
    await publisher.close();
    await server.stop();
  },
);
