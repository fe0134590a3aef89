import { observedClient } from "../support/client.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { publishSteadily } from "../support/pace.ts";
import { connectPublisher } from "../support/publisher.ts";
import { until } from "../support/until.ts";
import { type Figure, single } from "./figure.ts";

const MESSAGES = 1000;
const PER_SECOND = 1000;
const RUNS = 5;

/** Short enough that the renewal falls into the middle of the messages. */
const TOKEN_LIFE_MS = 2000;

/** When messages begin, so that a renewal at three quarters of the token's life is halfway through them. */
const BEGIN_BEFORE_RENEWAL_MS = 500;

/** What became of 1,000 messages while the credentials were renewed under them; the worst of the runs. */
export async function* run(): AsyncIterable<Figure> {
  let [lost, duplicated] = [0, 0];
  for (let turn = 0; turn < RUNS; turn += 1) {
    const counts = await renewUnderway();
    const distinct = new Set(counts).size;
    lost = Math.max(lost, MESSAGES - distinct);
    duplicated = Math.max(duplicated, counts.length - distinct);
  }
  yield { ...single("handover-lost", lost, "count"), runs: RUNS };
  yield { ...single("handover-duplicated", duplicated, "count"), runs: RUNS };
}

/** The numbers of the messages that came, of 0 to 999. */
async function renewUnderway(): Promise<string[]> {
  const broker = await startNatsServer();
  const publisher = await connectPublisher(broker.tcpUrl);
  const { client } = observedClient(broker.webSocketUrl, {
    credentials: async () => ({ type: "token", token: "t", expiresAtMs: Date.now() + TOKEN_LIFE_MS }),
  });
  const handovers = () => client.timeline.entries.filter(({ type }) => type === "handover").length;
  try {
    const received: string[] = [];
    const subscription = client.subscribe("bench.handover", ({ data }) => {
      received.push(new TextDecoder().decode(data));
    });
    await client.start();
    await until("it is subscribed", () => subscription.status === "active");
    await until("the renewal is near", () => {
      const [live] = client.timeline.entries.filter(({ type }) => type === "live");
      const renewalAtMs = (live?.atMs ?? Number.POSITIVE_INFINITY) + 0.75 * TOKEN_LIFE_MS;
      return Date.now() >= renewalAtMs - BEGIN_BEFORE_RENEWAL_MS;
    });
    const before = handovers();
    await publishSteadily(publisher, { perSecond: PER_SECOND, seconds: MESSAGES / PER_SECOND }, (index) => ({
      subject: "bench.handover",
      payload: String(index),
    }));
    if (handovers() === before) throw new Error("no renewal fell into the messages: nothing was measured");
    // Whatever is still to come is ahead of this answer, on the one link that is left.
    await until("the replaced link is gone", async () => {
      const open = (await broker.connz()).connections.filter(({ type }) => type === "websocket");
      return open.length === 1;
    });
    await client.request("bench.nobody").catch(() => {});
    return received;
  } finally {
    await client.stop();
    await publisher.close();
    await broker.stop();
  }
}
