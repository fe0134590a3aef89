import { expect, test } from "vitest";
import { monitorOf } from "../../test/support/servers/monitor.ts";
import { untilEqual } from "../../test/support/tools/until.ts";
import type { Peer } from "./support/peer.ts";
import { describeTargets, holdToRules } from "./support/rules.ts";
import { join as joinAs } from "./support/simulated.ts";

const INVALID = "-ERR 'Invalid Subject'\r\n";
const say = (subject: string): string => `PUB ${subject} 1\r\nx\r\n`;
const hear = (subject: string, sid: string): string => `MSG ${subject} ${sid} 1\r\nx\r\n`;

holdToRules("subjects and wildcards", [
  {
    rule: "an empty token in the middle is invalid",
    sends: "SUB foo..bar 1\r\n",
    receives: INVALID,
    leaves: "open",
  },
  { rule: "an empty last token is invalid", sends: "SUB foo. 1\r\n", receives: INVALID, leaves: "open" },
  { rule: "an empty first token is invalid", sends: "SUB .foo 1\r\n", receives: INVALID, leaves: "open" },
  { rule: "> before the end is invalid", sends: "SUB a.>.b 1\r\n", receives: INVALID, leaves: "open" },
  {
    rule: "* stands for one token",
    sends: `SUB a.*.c 1\r\n${say("a.b.c")}${say("a.c")}${say("a.b.b.c")}`,
    receives: hear("a.b.c", "1"),
    leaves: "open",
  },
  {
    rule: "* stands for no part of a token",
    sends: `SUB foo* 1\r\n${say("foobar")}${say("foo*")}`,
    receives: hear("foo*", "1"),
    leaves: "open",
  },
  {
    rule: "> stands for one token or more",
    sends: `SUB a.> 1\r\n${say("a")}${say("a.b")}${say("a.b.c")}`,
    receives: hear("a.b", "1") + hear("a.b.c", "1"),
    leaves: "open",
  },
  {
    rule: "> alone stands for everything",
    sends: `SUB > 1\r\n${say("a")}${say("a.b.c")}`,
    receives: hear("a", "1") + hear("a.b.c", "1"),
    leaves: "open",
  },
  {
    rule: "* at the end stands for exactly one token",
    sends: `SUB a.* 1\r\n${say("a")}${say("a.b")}${say("a.b.c")}`,
    receives: hear("a.b", "1"),
    leaves: "open",
  },
  {
    rule: "> inside a token is literal",
    sends: `SUB a.b> 1\r\n${say("a.b>")}${say("a.bc")}`,
    receives: hear("a.b>", "1"),
    leaves: "open",
  },
  {
    rule: "several wildcards work together",
    sends: `SUB *.b.*.> 1\r\n${say("a.b.c.d")}${say("a.b.c")}${say("a.x.c.d")}`,
    receives: hear("a.b.c.d", "1"),
    leaves: "open",
  },
  {
    rule: "a subject may have many tokens",
    sends: `SUB ${"a.".repeat(40)}* 1\r\n${say(`${"a.".repeat(40)}z`)}`,
    receives: hear(`${"a.".repeat(40)}z`, "1"),
    leaves: "open",
  },
]);

holdToRules("SUB and UNSUB", [
  {
    rule: "a SUB with one argument ends the connection without an answer",
    sends: "SUB foo\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "a SUB with four arguments ends the connection without an answer",
    sends: "SUB a b c d\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "a SUB of a sid in use is ignored",
    sends: `SUB foo 1\r\nSUB bar 1\r\n${say("foo")}${say("bar")}`,
    receives: hear("foo", "1"),
    leaves: "open",
  },
  {
    rule: "even if it names no subject",
    sends: `SUB foo 1\r\nSUB foo..bar 1\r\n${say("foo")}`,
    receives: hear("foo", "1"),
    leaves: "open",
  },
  {
    rule: "a sid may be any word",
    sends: `SUB foo abc-1\r\n${say("foo")}`,
    receives: hear("foo", "abc-1"),
    leaves: "open",
  },
  {
    rule: "UNSUB ends the subscription",
    sends: `SUB foo 1\r\nUNSUB 1\r\n${say("foo")}`,
    receives: "",
    leaves: "open",
  },
  { rule: "UNSUB of an unknown sid is accepted", sends: "UNSUB 99\r\n", receives: "", leaves: "open" },
  {
    rule: "UNSUB with three arguments ends the connection without an answer",
    sends: "UNSUB 1 2 3\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "UNSUB with a max ends the subscription after that many messages",
    sends: `SUB foo 1\r\nUNSUB 1 2\r\n${say("foo").repeat(3)}`,
    receives: hear("foo", "1").repeat(2),
    leaves: "open",
  },
  {
    rule: "messages before UNSUB count towards its max",
    sends: `SUB foo 1\r\n${say("foo")}UNSUB 1 2\r\n${say("foo").repeat(2)}`,
    receives: hear("foo", "1").repeat(2),
    leaves: "open",
  },
  {
    rule: "a max that is already reached ends it at once",
    sends: `SUB foo 1\r\n${say("foo").repeat(2)}UNSUB 1 2\r\n${say("foo")}`,
    receives: hear("foo", "1").repeat(2),
    leaves: "open",
  },
  {
    rule: "a max of 0 ends it at once",
    sends: `SUB foo 1\r\nUNSUB 1 0\r\n${say("foo")}`,
    receives: "",
    leaves: "open",
  },
  {
    rule: "a negative max ends it at once",
    sends: `SUB foo 1\r\nUNSUB 1 -1\r\n${say("foo")}`,
    receives: "",
    leaves: "open",
  },
  {
    rule: "a later UNSUB replaces the max",
    sends: `SUB foo 1\r\nUNSUB 1 1\r\nUNSUB 1 3\r\n${say("foo").repeat(4)}`,
    receives: hear("foo", "1").repeat(3),
    leaves: "open",
  },
  {
    rule: "a sid is free again after its end",
    sends: `SUB foo 1\r\nUNSUB 1\r\nSUB bar 1\r\n${say("bar")}`,
    receives: hear("bar", "1"),
    leaves: "open",
  },
]);

describeTargets("several subscribers", undefined, (server) => {
  const join = (...commands: string[]): Promise<Peer> =>
    joinAs(server().tcpPort, commands.map((command) => `${command}\r\n`).join(""));

  /** Everything the peer has received: its PONG comes after everything sent before. Closes the peer. */
  async function heard(peer: Peer): Promise<string> {
    peer.send("PING\r\n");
    const text = await peer.untilPong();
    peer.close();
    return text.slice(0, -"PONG\r\n".length);
  }

  async function publish(commands: string): Promise<void> {
    const peer = await join();
    peer.send(`${commands}PING\r\n`);
    await peer.untilPong();
    peer.close();
  }

  test("each subscriber gets each message", async () => {
    const peers = [await join("SUB foo 1"), await join("SUB foo 2"), await join("SUB f> 3", "SUB * 4")];
    await publish(say("foo"));
    expect(await Promise.all(peers.map(heard))).toEqual([
      hear("foo", "1"),
      hear("foo", "2"),
      hear("foo", "4"),
    ]);
  });

  test("overlapping subscriptions of one client each get the message", async () => {
    const peer = await join("SUB foo.bar 1", "SUB foo.* 2", "SUB foo.> 3");
    await publish(say("foo.bar"));
    const text = await heard(peer);
    expect(text.split("MSG").length - 1).toBe(3);
    for (const sid of ["1", "2", "3"]) expect(text).toContain(hear("foo.bar", sid));
  });

  test("one member of a queue group gets each message, and every member gets some", async () => {
    const peers = await Promise.all(["1", "2", "3"].map((sid) => join(`SUB work q ${sid}`)));
    await publish(say("work").repeat(300));
    const counts = (await Promise.all(peers.map(heard))).map((text) => text.split("MSG work").length - 1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300);
    for (const count of counts) expect(count).toBeGreaterThan(30);
  });

  test("two queue groups and a plain subscriber each get the message", async () => {
    const peers = [await join("SUB two a 1"), await join("SUB two b 2"), await join("SUB two 3")];
    await publish(say("two"));
    expect(await Promise.all(peers.map(heard))).toEqual(["1", "2", "3"].map((sid) => hear("two", sid)));
  });

  test("a queue group spans different patterns", async () => {
    const peers = [await join("SUB mix.* q 1"), await join("SUB mix.> q 2")];
    await publish(say("mix.a").repeat(60));
    const texts = await Promise.all(peers.map(heard));
    expect(texts.join("").split("MSG mix.a").length - 1).toBe(60);
  });

  test("messages of one publisher arrive in the order they were sent", async () => {
    const peer = await join("SUB order.* 1");
    const numbers = Array.from({ length: 500 }, (_, index) => String(index).padStart(3, "0"));
    await publish(numbers.map((number) => `PUB order.a 3\r\n${number}\r\n`).join(""));
    const seen = [...(await heard(peer)).matchAll(/3\r\n(\d{3})\r\n/g)].map(([, number]) => number);
    expect(seen).toEqual(numbers);
  });

  test("a subscriber without headers gets the payload without them", async () => {
    const who = { headers: false, no_responders: false };
    const peer = await joinAs(server().tcpPort, "SUB plain 1\r\n", who);
    await publish("HPUB plain rep 22 25\r\nNATS/1.0\r\nBar: Baz\r\n\r\nabc\r\n");
    expect(await heard(peer)).toBe("MSG plain 1 rep 3\r\nabc\r\n");
  });

  test("a subscriber's end ends its subscriptions", async () => {
    const peer = await join("SUB gone q 1");
    peer.close();
    // The server notices the end while it already serves others.
    await untilEqual(async () => {
      const { connections } = await monitorOf(server().monitorUrl).connz();
      return connections.filter((one) => one.subscriptions_list?.includes("gone")).length;
    }, 0);
    const stays = await join("SUB gone q 2");
    await publish(say("gone").repeat(20));
    expect((await heard(stays)).split("MSG gone").length - 1).toBe(20);
  });
});
