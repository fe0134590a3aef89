import { beforeEach, describe, expect, test } from "vitest";
import {
  COMPLETE_MS,
  FakeLink,
  START_MS,
  settled,
  useRegistry,
} from "../../test/support/clients/fake-link.ts";
import { fault } from "../faults/fault.ts";

const wanted = useRegistry();

describe("a message that says what the last one before a lost link said", () => {
  const heard: string[] = [];

  async function afterALostLink(): Promise<FakeLink> {
    heard.length = 0;
    wanted.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
    const first = new FakeLink();
    wanted.registry.links.attach(first);
    await first.pong();
    for (const payload of ["on", "one", "two"]) first.send("a", payload);
    wanted.registry.links.detach(fault("unreachable"));
    wanted.clock.moveTo(START_MS + 100);
    const second = new FakeLink();
    wanted.registry.links.attach(second);
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

  test("may be another, and is told of when no more are expected", async () => {
    const link = await afterALostLink();
    await link.pong();
    wanted.reported = [];
    for (const payload of ["on", "one", "three"]) {
      wanted.clock.moveTo(wanted.clock.now() + 10);
      link.send("a", payload);
    }
    expect([heard, wanted.reported]).toEqual([["on", "one", "two", "three"], []]);
    while (wanted.clock.ringNext(START_MS + 1000));
    await settled();
    expect(wanted.reported).toEqual([doubt(START_MS + 120, 2)]);
    link.send("a", "two");
    expect(heard.at(-1)).toBe("two");
  });

  test("is told of with the end of its link, if that comes first", async () => {
    const link = await afterALostLink();
    await link.pong();
    wanted.clock.moveTo(START_MS + 120);
    link.send("a", "one");
    wanted.reported = [];
    wanted.clock.moveTo(START_MS + 150);
    wanted.registry.links.detach(null);
    await settled();
    expect(wanted.reported).toEqual([doubt(START_MS + 120, 1)]);
    expect(wanted.clock.ringNext(Number.POSITIVE_INFINITY)).toBe(false);
  });

  test("is in the gap of the break while the server hasn't confirmed the subscription", async () => {
    const link = await afterALostLink();
    link.send("a", "one");
    await link.pong();
    wanted.reported = [];
    while (wanted.clock.ringNext(START_MS + 1000));
    await settled();
    expect([heard, wanted.reported]).toEqual([["on", "one", "two"], []]);
  });

  test("is no repeat where the link that could have brought it again was given up", async () => {
    const link = await afterALostLink();
    await link.pong();
    while (wanted.clock.ringNext(START_MS + 1000));
    link.send("a", "off");
    void wanted.registry.links.overlap(new FakeLink());
    wanted.registry.links.abandon();
    link.send("a", "off");
    expect(heard).toEqual(["on", "one", "two", "off", "off"]);
  });
});

describe("a second link that is gone before it took over", () => {
  let heard: string[] = [];
  let first = new FakeLink();
  let second = new FakeLink();

  beforeEach(async () => {
    heard = [];
    [first, second] = [new FakeLink(), new FakeLink()];
    wanted.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
    wanted.registry.links.attach(first);
    await first.pong();
    while (wanted.clock.ringNext(START_MS + 1000));
    void wanted.registry.links.overlap(second);
    for (const payload of ["1", "2", "2"]) second.send("a", payload);
    first.send("a", "1");
    wanted.registry.links.abandon();
  });

  test("brought what the other brings once more", () => {
    for (const payload of ["2", "2", "3"]) first.send("a", payload);
    expect(heard).toEqual(["1", "2", "2", "3"]);
  });

  test("brought no more than it did: what says the same comes again", () => {
    for (const payload of ["1", "2", "2", "2"]) first.send("a", payload);
    expect(heard).toEqual(["1", "2", "2", "1", "2"]);
  });

  test("is waited for no longer than servers are apart, once the first has answered", async () => {
    await first.pong();
    first.send("a", "2");
    wanted.clock.moveTo(START_MS + 2000);
    first.send("a", "2");
    expect(heard).toEqual(["1", "2", "2", "2"]);
  });

  test("and what it brought is still known while another second link comes", () => {
    void wanted.registry.links.overlap(new FakeLink());
    for (const payload of ["2", "2", "3"]) first.send("a", payload);
    expect(heard).toEqual(["1", "2", "2", "3"]);
  });

  test.each([{ brought: [] }, { brought: ["2"] }])(
    "and still when that is gone, too ($brought)",
    ({ brought }) => {
      const third = new FakeLink();
      void wanted.registry.links.overlap(third);
      for (const payload of brought) third.send("a", payload);
      wanted.registry.links.abandon();
      expect(heard).toEqual(["1", "2", "2", ...brought]);
      for (const payload of ["2", "2", ...brought, "3"]) first.send("a", payload);
      expect(heard).toEqual(["1", "2", "2", ...brought, "3"]);
    },
  );
});

describe("another second link that is gone, too,", () => {
  let heard: string[] = [];
  let first = new FakeLink();

  /** A second link that brings this, and is gone. */
  function lost(payload: string | null): void {
    const link = new FakeLink();
    void wanted.registry.links.overlap(link);
    if (payload !== null) link.send("a", payload);
    wanted.registry.links.abandon();
  }

  beforeEach(async () => {
    heard = [];
    first = new FakeLink();
    wanted.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
    wanted.registry.links.attach(first);
    await first.pong();
  });

  test("brings nothing back of which the time is over: what says the same is new", async () => {
    lost("up");
    await first.pong();
    wanted.clock.moveTo(START_MS + 3_600_000);
    lost(null);
    first.send("a", "up");
    expect(heard).toEqual(["up", "up"]);
  });

  test("is waited for until the first has answered since, not before", async () => {
    const answers: (() => void)[] = [];
    first.flush = () => new Promise((settle) => answers.push(settle));
    lost("1");
    const asked = answers.length;
    lost("2");
    first.send("a", "1");
    for (const answer of answers.slice(0, asked)) answer();
    await settled();
    wanted.clock.moveTo(START_MS + 1000);
    first.send("a", "2");
    expect(heard).toEqual(["1", "2"]);
  });
});

describe("a second link whose server is far behind", () => {
  const heard: string[] = [];
  let first = new FakeLink();
  let second = new FakeLink();

  beforeEach(async () => {
    heard.length = 0;
    [first, second] = [new FakeLink(), new FakeLink()];
    wanted.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
    wanted.registry.links.attach(first);
    await first.pong();
    for (const payload of ["1", "2", "3"]) first.send("a", payload);
    while (wanted.clock.ringNext(START_MS + 12_000));
    wanted.clock.moveTo(START_MS + 12_000);
    void wanted.registry.links.overlap(second);
    for (const payload of ["1", "2", "3", "4"]) second.send("a", payload);
  });

  test("brings what came over the first long before, and that isn't heard again", () => {
    expect(heard).toEqual(["1", "2", "3", "4"]);
  });

  test("may bring another that says the same: that comes over the first too", () => {
    for (const payload of ["2", "4", "2"]) first.send("a", payload);
    expect(heard).toEqual(["1", "2", "3", "4", "2", "2"]);
  });
});

describe("a queue group's messages, of which the server gives each to one link", () => {
  test("are all heard, however alike", async () => {
    const heard: string[] = [];
    wanted.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)), { queue: "workers" });
    const [first, second] = [new FakeLink(), new FakeLink()];
    wanted.registry.links.attach(first);
    await first.pong();
    first.send("a", "job");
    void wanted.registry.links.overlap(second);
    first.send("a", "job");
    second.send("a", "job");
    second.send("a", "job");
    expect(heard).toEqual(["job", "job", "job", "job"]);
    wanted.registry.links.abandon();
    first.send("a", "job");
    expect(heard).toHaveLength(5);
  });

  test("may be gone with a second link to which the server had given them, and that is told of what was promised", async () => {
    wanted.add("a", () => {}, { queue: "workers" });
    wanted.add("b", () => {});
    wanted.add("denied", () => {}, { queue: "workers" });
    const first = new FakeLink();
    wanted.registry.links.attach(first);
    wanted.registry.links.deny(first, "denied", "workers", fault("permission"));
    await first.pong();
    wanted.reported = [];
    void wanted.registry.links.overlap(new FakeLink());
    wanted.registry.links.abandon();
    await settled();
    const gap = { subject: "a", fromMs: COMPLETE_MS, kind: "handover", missing: "unknown" };
    expect(wanted.reported).toEqual([["gaps", [expect.objectContaining(gap)]]]);
  });
});

describe("a server that is seconds behind, after a lost link", () => {
  const EACH = Array.from({ length: 200 }, (_, index) => `${index}`);

  /**
   * What is heard of a subject that brought these 50 ms apart when another link brings the last of them once more.
   * @param beside is done meanwhile, just after that link has confirmed the subject
   */
  async function heardAgain(
    brought: readonly string[],
    last: number,
    beside = (_: FakeLink): unknown => null,
  ): Promise<string[]> {
    const heard: string[] = [];
    wanted.add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
    const [first, second] = [new FakeLink(), new FakeLink()];
    wanted.registry.links.attach(first);
    await first.pong();
    for (const payload of brought) {
      wanted.clock.moveTo(wanted.clock.now() + 50);
      first.send("a", payload);
    }
    wanted.registry.links.detach(fault("unreachable"));
    wanted.clock.moveTo(wanted.clock.now() + 1000);
    wanted.registry.links.attach(second);
    await second.pong();
    await beside(second);
    wanted.reported = [];
    heard.length = 0;
    while (wanted.clock.ringNext(wanted.clock.now() + 1000));
    for (const payload of [...brought.slice(-last), "next"]) second.send("a", payload);
    return heard;
  }

  test("brings nothing twice where no two messages said the same, and that is told as what took no longer than it did", async () => {
    expect(await heardAgain(EACH, 140)).toEqual(["next"]);
    const toMs = wanted.clock.now();
    while (wanted.clock.ringNext(wanted.clock.now() + 35_000));
    await settled();
    const gap = expect.objectContaining({ kind: "handover", toMs, missing: { atMost: 140 } });
    expect(wanted.reported).toEqual([["gaps", [gap]]]);
  });

  test.each([
    ["is under way", () => {}],
    ["has come to nothing", () => wanted.registry.links.abandon()],
  ])("brings nothing twice where a move to a third link %s", async (_, then) => {
    const heard = await heardAgain(EACH, 50, async (second) => {
      const third = new FakeLink();
      void wanted.registry.links.overlap(third);
      for (const link of [second, third]) await link.pong();
      then();
    });
    expect(heard).toEqual(["next"]);
  });

  test.each([
    ["some did", ["0", ...EACH], 5],
    ["they were few", EACH.slice(0, 99), 5],
    // What comes round as often as that came last before all that is known.
    ["they all came in less time", EACH.slice(0, 120), 120],
  ])("may bring others that say the same where %s", async (_, brought, last) => {
    const heard = await heardAgain(brought, last);
    expect(heard[0]).toBe(brought.at(-last));
    expect(heard.at(-1)).toBe("next");
  });
});
