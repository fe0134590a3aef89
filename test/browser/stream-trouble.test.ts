/** A panel whose stream can't be read says why, and continues by itself once it can. */
import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { withoutPart } from "../support/page/parts.ts";
import { faultsOf } from "../support/page/screen.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { useApp } from "../support/servers/use-app.ts";

const FEEDS = JSON.stringify([
  { id: "orders", subject: "orders.*", stream: "ORDERS" },
  { id: "prices", subject: "prices.*", stream: { name: "PRICES", republished: "live.prices.*" } },
  { id: "secret", subject: "secret.*", stream: "SECRET" },
  { id: "past", subject: "past.*", stream: { name: "PAST", directGet: "history.PAST" } },
]);

/** Pages have all permissions except reading one stream. */
const PERMISSIONS = `
  no_auth_user: "page"
  authorization { users: [
    { user: "page", password: "p", permissions: { publish: { deny: "$JS.API.DIRECT.GET.SECRET" } } }
    { user: "operator", password: "o" }
  ] }
`;

const app = useApp({ FEEDS });
const browser = useBrowser();
let broker: Broker;
let operator: NatsConnection;
let dashboard: Dashboard;

beforeAll(async () => {
  broker = await startNatsServer({ ports: app.brokerPorts, jetStream: true, config: PERMISSIONS });
  operator = await connectPublisher(broker.tcpUrl.replace("://", "://operator:o@"));
  for (const name of ["SECRET", "PAST"]) {
    await createStream(operator, name, [`${name.toLowerCase()}.*`], { allow_direct: true });
  }
  dashboard = new Dashboard((await browser.openPage()).page);
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
});
afterAll(async () => {
  await operator?.close();
  await broker?.stop();
});

const noteOf = (feed: string, reason: string) => `${hook(`feed-${feed}-stream`)}[data-reason="${reason}"]`;
const hasReceived = (feed: string, count: number) =>
  dashboard.page.waitForSelector(`${hook(`feed-${feed}-received`)}[data-value="${count}"]`);
const isGone = (feed: string) =>
  dashboard.page.waitForSelector(hook(`feed-${feed}-stream`), { state: "detached" });

test("the messages about four streams are readable in every look", async () => {
  const { page } = dashboard;
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const feed of ["orders", "prices", "secret", "past"]) {
    await page.waitForSelector(hook(`feed-${feed}-stream`));
  }
  expect(await faultsOf(page)).toEqual([]);
});

test("a missing stream is named, and its events arrive once it exists", async () => {
  const note = await dashboard.page.waitForSelector(noteOf("orders", "no-stream"));
  expect(await note.textContent()).toMatch(/The stream ORDERS doesn't exist\..*FEEDS/);
  expect(await dashboard.page.textContent(hook("feed-orders"))).toContain("The stream can't be read");
  await createStream(operator, "ORDERS", ["orders.*"], { allow_direct: true });
  await operator.request("orders.1", '{"n": 1}');
  await hasReceived("orders", 1);
  await isGone("orders");
});

test("the page makes no promises about a missing stream, even if it is meant to republish", async () => {
  await dashboard.page.waitForSelector(noteOf("prices", "no-stream"));
  expect(await dashboard.page.textContent(hook("feed-prices"))).toContain("Events appear here once");
});

test("a stream without permission to read is named, with the subject of its Direct Get", async () => {
  const note = await dashboard.page.waitForSelector(noteOf("secret", "denied"));
  expect(await note.textContent()).toContain("These credentials aren't allowed to read the stream");
  expect(await note.textContent()).toContain("Direct Get: $JS.API.DIRECT.GET.SECRET");
});

test("without the code that explains troubles, an unreadable panel offers the reload; a waiting one shows only that it waits", async () => {
  const { page } = await browser.openPage();
  const other = new Dashboard(page);
  await other.open(app.url);
  await withoutPart(page, "trouble");
  await other.switchOn();
  await page.waitForSelector(`${hook("feed-secret")} .empty button`);
  await page.waitForSelector(`${hook("feed-past")} ${hook("skeleton")}`);
  expect(await page.locator(`${hook("feed-past")} .empty`).count()).toBe(0);
  await page.close();
});

test("a stream without an answer is awaited, in amber, and its messages follow later", async () => {
  await operator.request("past.1", '{"n": 1}');
  // The panel waits as long as an election may take; the reload starts that wait again, to observe all of it.
  await dashboard.page.reload();
  await dashboard.turns("green");
  const note = await dashboard.page.waitForSelector(
    `${noteOf("past", "no-responders")}[data-state="waiting"]`,
  );
  expect(await note.textContent()).toMatch(/No server answers for the stream PAST\..*appear here once/);
  expect(await note.getAttribute("role")).toBe("status");
  operator.subscribe("history.PAST", {
    callback: (_, { data, reply }) =>
      operator.publish("$JS.API.DIRECT.GET.PAST", data, { reply: reply ?? "" }),
  });
  await hasReceived("past", 1);
  await isGone("past");
});
