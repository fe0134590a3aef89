import { expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { hook } from "../support/page/dashboard.ts";
import { withoutPart } from "../support/page/parts.ts";
import { useBoard } from "../support/page/use-board.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** Configuration in which all users may publish, and subscribe to `subject`. */
const mayRead = (subject: string) => `
  no_auth_user: "all"
  authorization { users: [{ user: "all", password: "p", permissions: { publish: ">", subscribe: "${subject}" } }] }
`;

const board = useBoard(
  ["open", "closed", "shut"].map((id) => ({ id, subject: `feeds.${id}` })),
  { config: mayRead("feeds.open") },
);

test("a denied feed says why at once, even without an event; the other feeds continue", async () => {
  const { page, nats, dashboard } = board;
  for (const feed of ["closed", "shut"]) {
    const denied = await page.waitForSelector(hook(`feed-${feed}-denied`));
    expect(await denied.textContent()).toContain(
      "doesn't allow these credentials to subscribe to this subject.",
    );
    expect(await denied.textContent()).toContain("Add the subject to the user's subscribe permissions.");
    expect(await denied.textContent()).toContain(`Denied: feeds.${feed}`);
  }
  nats.publish("feeds.open", '{"a":"allowed"}');
  await untilEqual(() => board.count("open", "shown"), 1);
  expect(await page.$(hook("feed-open-denied"))).toBeNull();
  expect(await dashboard.hasBanner()).toBe(false);
});

test("a denied panel offers a reload if the code of its explanation can't be loaded", async () => {
  const { page, close } = await board.another();
  await withoutPart(page, "trouble");
  const panel = page.locator(`${hook("feed-closed")} .empty`);
  expect(await panel.locator(".empty__title").textContent()).toContain("couldn't be loaded");
  expect(await panel.getByRole("button", { name: "Reload" }).count()).toBe(1);
  await close();
});

test("a permission that is granted, withdrawn and granted again: the text follows", async () => {
  const { page, dashboard, broker, path } = board;
  const denied = hook("feed-closed-denied");
  const held = async () =>
    webSocketClients(await broker.connz()).flatMap(({ subscriptions_list = [] }) => subscriptions_list);
  const give = async () => {
    await broker.reload(mayRead("feeds.*"));
    path.reset();
    // Without a link, the page shows no denial either, so the server must tell.
    await until("the subscription", async () => (await held()).includes("feeds.closed"));
    await dashboard.turns("green");
    await page.waitForSelector(denied, { state: "detached" });
  };
  await give();
  await broker.reload(mayRead("feeds.open"));
  await page.waitForSelector(denied);
  await give();
  // The server has also closed the publisher's connection.
  const nats = await connectPublisher(broker.tcpUrl);
  nats.publish("feeds.closed", '{"a":"allowed again"}');
  await untilEqual(() => board.count("closed", "received"), 1);
  expect(await page.locator(denied).count()).toBe(0);
  await nats.close();
});
