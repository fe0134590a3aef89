import { beforeEach, describe, expect, test } from "vitest";
import {
  COMPLETE_MS,
  FakeLink,
  START_MS,
  settled,
  useRegistry,
} from "../../test/support/clients/fake-link.ts";
import { fault } from "../faults/fault.ts";

const used = useRegistry();

describe("a message equal to the last one before a lost link", () => {
  const heard: string[] = [];

  async function afterALostLink(): Promise<FakeLink> {
    heard.length = 0;
    used.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
    const first = new FakeLink();
    used.registry.links.attach(first);
    await first.pong();
    for (const payload of ["on", "one", "two"]) first.send("a", payload);
    used.registry.links.detach(fault("unreachable"));
    used.clock.moveTo(START_MS + 100);
    const second = new FakeLink();
    used.registry.links.attach(second);
    return second;
  }

  const doubt = (toMs: number, atMost: number) => [
    "gaps",
    [
      {
        subject: "a",
        fromMs: START_MS + 100,
        toMs,
        kind: "handover",
        cause: null,
        missing: { atMost },
        recovered: 0,
      },
    ],
  ];

  test("is dropped, and reported as a possible gap once no more repeats are expected", async () => {
    const link = await afterALostLink();
    await link.pong();
    used.reported = [];
    for (const payload of ["on", "one", "three"]) {
      used.clock.moveTo(used.clock.now() + 10);
      link.send("a", payload);
    }
    expect([heard, used.reported]).toEqual([["on", "one", "two", "three"], []]);
    while (used.clock.ringNext(START_MS + 1000));
    await settled();
    expect(used.reported).toEqual([doubt(START_MS + 120, 2)]);
    link.send("a", "two");
    expect(heard.at(-1)).toBe("two");
  });

  test("is reported when its link ends, if that comes first", async () => {
    const link = await afterALostLink();
    await link.pong();
    used.clock.moveTo(START_MS + 120);
    link.send("a", "one");
    used.reported = [];
    used.clock.moveTo(START_MS + 150);
    used.registry.links.detach(null);
    await settled();
    expect(used.reported).toEqual([doubt(START_MS + 120, 1)]);
    expect(used.clock.ringNext(Number.POSITIVE_INFINITY)).toBe(false);
  });

  test("is covered by the break's gap until the server has confirmed the subscription", async () => {
    const link = await afterALostLink();
    link.send("a", "one");
    await link.pong();
    used.reported = [];
    while (used.clock.ringNext(START_MS + 1000));
    await settled();
    expect([heard, used.reported]).toEqual([["on", "one", "two"], []]);
  });

  test("is delivered after a move was abandoned", async () => {
    const link = await afterALostLink();
    await link.pong();
    while (used.clock.ringNext(START_MS + 1000));
    link.send("a", "off");
    void used.registry.links.overlap(new FakeLink());
    used.registry.links.abandon();
    link.send("a", "off");
    expect(heard).toEqual(["on", "one", "two", "off", "off"]);
  });
});

describe("after a new link ended before it took over, its messages", () => {
  let heard: string[] = [];
  let first = new FakeLink();
  let second = new FakeLink();

  beforeEach(async () => {
    heard = [];
    [first, second] = [new FakeLink(), new FakeLink()];
    used.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
    used.registry.links.attach(first);
    await first.pong();
    while (used.clock.ringNext(START_MS + 1000));
    void used.registry.links.overlap(second);
    for (const payload of ["1", "2", "2"]) second.send("a", payload);
    first.send("a", "1");
    used.registry.links.abandon();
  });

  test("aren't delivered again when the old link brings them", () => {
    for (const payload of ["2", "2", "3"]) first.send("a", payload);
    expect(heard).toEqual(["1", "2", "2", "3"]);
  });

  test("hide no more equal messages than it brought", () => {
    for (const payload of ["1", "2", "2", "2"]) first.send("a", payload);
    expect(heard).toEqual(["1", "2", "2", "1", "2"]);
  });

  test("hide equal ones no longer than 500 ms after the old link has answered", async () => {
    await first.pong();
    first.send("a", "2");
    used.clock.moveTo(START_MS + 2000);
    first.send("a", "2");
    expect(heard).toEqual(["1", "2", "2", "2"]);
  });

  test("are still known when another move begins", () => {
    void used.registry.links.overlap(new FakeLink());
    for (const payload of ["2", "2", "3"]) first.send("a", payload);
    expect(heard).toEqual(["1", "2", "2", "3"]);
  });

  test.each([{ brought: [] }, { brought: ["2"] }])(
    "are still known after that move is abandoned too, having brought $brought",
    ({ brought }) => {
      const third = new FakeLink();
      void used.registry.links.overlap(third);
      for (const payload of brought) third.send("a", payload);
      used.registry.links.abandon();
      expect(heard).toEqual(["1", "2", "2", ...brought]);
      for (const payload of ["2", "2", ...brought, "3"]) first.send("a", payload);
      expect(heard).toEqual(["1", "2", "2", ...brought, "3"]);
    },
  );
});

describe("two abandoned moves in a row", () => {
  let heard: string[] = [];
  let first = new FakeLink();

  /** A move whose new link brings a message, and ends before it takes over. */
  function lost(payload: string | null): void {
    const link = new FakeLink();
    void used.registry.links.overlap(link);
    if (payload !== null) link.send("a", payload);
    used.registry.links.abandon();
  }

  beforeEach(async () => {
    heard = [];
    first = new FakeLink();
    used.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
    used.registry.links.attach(first);
    await first.pong();
  });

  test("don't bring back an expectation whose time is over", async () => {
    lost("up");
    await first.pong();
    used.clock.moveTo(START_MS + 3_600_000);
    lost(null);
    first.send("a", "up");
    expect(heard).toEqual(["up", "up"]);
  });

  test("each wait for an answer that was asked for after their own end", async () => {
    const answers: (() => void)[] = [];
    first.flush = () => new Promise((settle) => answers.push(settle));
    lost("1");
    const asked = answers.length;
    lost("2");
    first.send("a", "1");
    for (const answer of answers.slice(0, asked)) answer();
    await settled();
    used.clock.moveTo(START_MS + 1000);
    first.send("a", "2");
    expect(heard).toEqual(["1", "2"]);
  });
});

describe("a new link whose server is far behind", () => {
  const heard: string[] = [];
  let first = new FakeLink();
  let second = new FakeLink();

  beforeEach(async () => {
    heard.length = 0;
    [first, second] = [new FakeLink(), new FakeLink()];
    used.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
    used.registry.links.attach(first);
    await first.pong();
    for (const payload of ["1", "2", "3"]) first.send("a", payload);
    while (used.clock.ringNext(START_MS + 12_000));
    used.clock.moveTo(START_MS + 12_000);
    void used.registry.links.overlap(second);
    for (const payload of ["1", "2", "3", "4"]) second.send("a", payload);
  });

  test("doesn't deliver old messages again", () => {
    expect(heard).toEqual(["1", "2", "3", "4"]);
  });

  test("loses no new message that equals an old one: the old link brings it too", () => {
    for (const payload of ["2", "4", "2"]) first.send("a", payload);
    expect(heard).toEqual(["1", "2", "3", "4", "2", "2"]);
  });
});

describe("a queue group's messages, each of which the server gives to one link,", () => {
  test("are all delivered, even if they are equal", async () => {
    const heard: string[] = [];
    used.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)), { queue: "workers" });
    const [first, second] = [new FakeLink(), new FakeLink()];
    used.registry.links.attach(first);
    await first.pong();
    first.send("a", "job");
    void used.registry.links.overlap(second);
    first.send("a", "job");
    second.send("a", "job");
    second.send("a", "job");
    expect(heard).toEqual(["job", "job", "job", "job"]);
    used.registry.links.abandon();
    first.send("a", "job");
    expect(heard).toHaveLength(5);
  });

  test("may be lost with an abandoned new link, which a gap reports", async () => {
    used.add("a", () => {}, { queue: "workers" });
    used.add("b", () => {});
    used.add("denied", () => {}, { queue: "workers" });
    const first = new FakeLink();
    used.registry.links.attach(first);
    used.registry.links.deny(first, "denied", "workers", fault("permission"));
    await first.pong();
    used.reported = [];
    void used.registry.links.overlap(new FakeLink());
    used.registry.links.abandon();
    await settled();
    const gap = { subject: "a", fromMs: COMPLETE_MS, kind: "handover", missing: "unknown" };
    expect(used.reported).toEqual([["gaps", [expect.objectContaining(gap)]]]);
  });
});

describe("after a lost link, a server that is seconds behind", () => {
  const EACH = Array.from({ length: 200 }, (_, index) => `${index}`);

  /**
   * What is delivered when another link repeats the last of a subject's messages, which came 50 ms apart.
   * @param beside runs just after the other link has confirmed the subject
   */
  async function heardAgain(
    brought: readonly string[],
    last: number,
    beside = (_: FakeLink): unknown => null,
  ): Promise<string[]> {
    const heard: string[] = [];
    used.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
    const [first, second] = [new FakeLink(), new FakeLink()];
    used.registry.links.attach(first);
    await first.pong();
    for (const payload of brought) {
      used.clock.moveTo(used.clock.now() + 50);
      first.send("a", payload);
    }
    used.registry.links.detach(fault("unreachable"));
    used.clock.moveTo(used.clock.now() + 1000);
    used.registry.links.attach(second);
    await second.pong();
    await beside(second);
    used.reported = [];
    heard.length = 0;
    while (used.clock.ringNext(used.clock.now() + 1000));
    for (const payload of [...brought.slice(-last), "next"]) second.send("a", payload);
    return heard;
  }

  test("doesn't deliver messages twice if no two were equal, and reports them as one possible gap", async () => {
    expect(await heardAgain(EACH, 140)).toEqual(["next"]);
    const toMs = used.clock.now();
    while (used.clock.ringNext(used.clock.now() + 35_000));
    await settled();
    const gap = expect.objectContaining({ kind: "handover", toMs, missing: { atMost: 140 } });
    expect(used.reported).toEqual([["gaps", [gap]]]);
  });

  test.each([
    ["is under way", () => {}],
    ["was abandoned", () => used.registry.links.abandon()],
  ])("doesn't deliver messages twice while a move to a third link %s", async (_, then) => {
    const heard = await heardAgain(EACH, 50, async (second) => {
      const third = new FakeLink();
      void used.registry.links.overlap(third);
      for (const link of [second, third]) await link.pong();
      then();
    });
    expect(heard).toEqual(["next"]);
  });

  test.each([
    ["some messages were equal", ["0", ...EACH], 5],
    ["there were few messages", EACH.slice(0, 99), 5],
    // Content with a period as long as the span of the remembered messages may be new.
    ["they all came in a short time", EACH.slice(0, 120), 120],
  ])(
    "may bring new messages that equal old ones, and they are delivered, if %s",
    async (_, brought, last) => {
      const heard = await heardAgain(brought, last);
      expect(heard[0]).toBe(brought.at(-last));
      expect(heard.at(-1)).toBe("next");
    },
  );
});
