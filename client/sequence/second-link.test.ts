import { expect, test } from "vitest";
import { advance, makeFeed, publish, sequences } from "../../test/chaos/make-feed.ts";
import { headersOf } from "../../test/chaos/virtual-headers.ts";

test.each([
  ["not if the older of two links delivers it after the newer one", true, []],
  ["but it is if the older link doesn't deliver it", false, [{ kind: "unreadable", missing: { atMost: 1 } }]],
])("a message of an unreadable stream is reported as missing: %s", async (_, brings, gaps) => {
  const world = await makeFeed({ filter: "s.a.1" });
  world.act({ do: "mood", mood: "forbidden" });
  world.act({ do: "open" });
  for (let i = 0; i < 3; i += 1) {
    publish(world, 1, "s.b.1");
    await advance(world, 500);
    publish(world);
    await advance(world, 500);
  }
  const second = world.feed.createReceiver();
  world.act({ do: "latency", ms: 40 });
  publish(world, 1, "s.b.1");
  await advance(world, 300);
  if (!brings) world.act({ do: "lose", count: 1 });
  publish(world);
  while (world.stored.length < 8) await advance(world, 1);
  const [stored] = world.stored.slice(-1);
  if (stored === undefined) return expect.fail("nothing is stored");
  const headers = headersOf(world.stream.republished(stored));
  const message = { subject: "re.s.a.1", data: new TextEncoder().encode(stored.payload), headers };
  second({ ...message, isHistory: false, respond: () => false });
  await advance(world, 3000);
  expect(sequences(world)).toEqual([2, 4, 6, 8]);
  expect(world.listeners[0]?.gaps).toMatchObject(gaps);
});
