import { expect, test } from "vitest";
import { connectLine, Peer } from "./support/peer.ts";
import { describeTargets, holdToRules } from "./support/rules.ts";

holdToRules("CONNECT", [
  {
    rule: "without CONNECT a client is verbose",
    sends: "SUB foo 1\r\n",
    receives: "+OK\r\n",
    leaves: "open",
    connect: "none",
  },
  {
    rule: "verbose: each command is answered +OK, a publication before its delivery",
    sends: "SUB foo 1\r\nPUB foo 1\r\nx\r\nUNSUB 1\r\n",
    receives: "+OK\r\n+OK\r\n+OK\r\nMSG foo 1 1\r\nx\r\n+OK\r\n",
    leaves: "open",
    connect: { verbose: true },
  },
  {
    rule: "verbose: PING is answered PONG alone",
    sends: "PING\r\n",
    receives: "+OK\r\nPONG\r\n",
    leaves: "open",
    connect: { verbose: true },
  },
  {
    rule: "verbose: an error is not followed by +OK",
    sends: "SUB foo..bar 1\r\n",
    receives: "+OK\r\n-ERR 'Invalid Subject'\r\n",
    leaves: "open",
    connect: { verbose: true },
  },
  {
    rule: "pedantic: a publication to a wildcard is delivered, with an error",
    sends: "SUB > 1\r\nPUB foo.* 1\r\nx\r\n",
    receives: "-ERR 'Invalid Publish Subject'\r\nMSG foo.* 1 1\r\nx\r\n",
    leaves: "open",
    connect: { pedantic: true },
  },
  {
    rule: "pedantic: a subject is judged before the payload is there",
    sends: "PUB foo.* 4\r\nxxx\r\nx",
    receives: "-ERR 'Invalid Publish Subject'\r\n-ERR 'Unknown Protocol Operation'\r\n",
    leaves: "closed",
    connect: { pedantic: true },
  },
  {
    rule: "echo off: a client doesn't hear itself",
    sends: "SUB foo 1\r\nPUB foo 1\r\nx\r\n",
    receives: "",
    leaves: "open",
    connect: { echo: false },
  },
  {
    rule: "fields that it doesn't know are ignored, whatever their names",
    sends: "",
    receives: "",
    leaves: "open",
    connect: { constructor: "x", valueof: 1, nonsense: {} },
  },
  {
    rule: "a protocol above 1 is refused",
    sends: "",
    receives: "-ERR 'invalid client protocol'\r\n",
    leaves: "closed",
    connect: { protocol: 2 },
  },
  {
    rule: "a negative protocol is refused",
    sends: "",
    receives: "-ERR 'invalid client protocol'\r\n",
    leaves: "closed",
    connect: { protocol: -1 },
  },
  {
    rule: "no_responders needs headers",
    sends: "",
    receives: "-ERR 'no responders requires headers support'\r\n",
    leaves: "closed",
    connect: { headers: false },
  },
  {
    rule: "JSON that doesn't parse ends the connection without an answer",
    sends: "CONNECT {foo\r\n",
    receives: "",
    leaves: "closed",
    connect: "none",
  },
  {
    rule: "an empty CONNECT ends the connection without an answer",
    sends: "CONNECT \r\n",
    receives: "",
    leaves: "closed",
    connect: "none",
  },
  {
    rule: "a field of the wrong type ends the connection without an answer",
    sends: 'CONNECT {"verbose":"yes"}\r\n',
    receives: "",
    leaves: "closed",
    connect: "none",
  },
  { rule: "a list is no CONNECT", sends: "CONNECT []\r\n", receives: "", leaves: "closed", connect: "none" },
  {
    rule: "unknown fields are ignored",
    sends: "",
    receives: "",
    leaves: "open",
    connect: { colour: "green", nested: { a: [1] } },
  },
  {
    rule: "null leaves a field as it was",
    sends: 'CONNECT {"verbose":false,"name":null}\r\n',
    receives: "",
    leaves: "open",
    connect: "none",
  },
  {
    rule: "field names match in any case",
    sends: 'CONNECT {"VERBOSE":false}\r\n',
    receives: "",
    leaves: "open",
    connect: "none",
  },
  {
    rule: "the JSON may touch the verb",
    sends: 'CONNECT{"verbose":false}\r\n',
    receives: "",
    leaves: "open",
    connect: "none",
  },
  {
    rule: "a second CONNECT changes the options",
    sends: connectLine({ verbose: true }),
    receives: "+OK\r\n",
    leaves: "open",
  },
  {
    rule: "a second CONNECT keeps what it doesn't name",
    sends: 'CONNECT {"lang":"x"}\r\nSUB foo 1\r\nPUB foo 1\r\nx\r\n',
    receives: "",
    leaves: "open",
    connect: { echo: false },
  },
]);

describeTargets("INFO", undefined, (server, target) => {
  test("the first line of a connection is an INFO with what a client needs", async () => {
    const peer = await Peer.dial(server().tcpPort);
    const info = await peer.info();
    peer.close();
    expect(info).toMatchObject({
      proto: 1,
      host: "127.0.0.1",
      port: server().tcpPort,
      headers: true,
      max_payload: 1_048_576,
      client_ip: "127.0.0.1",
    });
    expect(info.server_id).toMatch(/^N[A-Z2-7]{55}$/);
    expect(info.server_name).toBe(info.server_id);
    expect(info.version).toMatch(/^2\.\d+\.\d+$/);
    expect(info.client_id).toBeTypeOf("number");
  });

  test("a server without JetStream doesn't offer it, nor authentication, nor TLS", async () => {
    const peer = await Peer.dial(server().tcpPort);
    const info = await peer.info();
    peer.close();
    for (const field of ["jetstream", "auth_required", "tls_required", "nonce", "ldm"])
      expect(info).not.toHaveProperty(field);
  });

  test("each connection has a client_id above the one before", async () => {
    const first = await Peer.dial(server().tcpPort);
    const one = await first.info();
    const second = await Peer.dial(server().tcpPort);
    const two = await second.info();
    first.close();
    second.close();
    expect(Number(two.client_id)).toBeGreaterThan(Number(one.client_id));
  });

  test("a client of protocol 1 receives an INFO with its account after its first PING (since 2.11)", async () => {
    const peer = await Peer.dial(server().tcpPort);
    await peer.info();
    peer.send(`${connectLine({ protocol: 1 })}PING\r\nPING\r\n`);
    const heard = await peer.untilPong(2);
    peer.close();
    const [, second] = /INFO (.*)\r\n/.exec(heard) ?? [];
    if (target === "nats-server 2.9.10") expect(second).toBeUndefined();
    else expect(JSON.parse(second ?? "{}")).toMatchObject({ connect_info: true, remote_account: "$G" });
  });

  test("a second CONNECT brings no INFO once the first was answered", async () => {
    const peer = await Peer.dial(server().tcpPort);
    await peer.info();
    peer.send(`${connectLine({ protocol: 0 })}PING\r\n`);
    await peer.untilPong();
    peer.send(`${connectLine({ protocol: 1 })}PING\r\nPING\r\n`);
    expect(await peer.untilPong(2)).toBe("PONG\r\nPONG\r\n");
    peer.close();
  });

  test("a client of protocol 0 gets one INFO only", async () => {
    const peer = await Peer.dial(server().tcpPort);
    await peer.info();
    peer.send(`${connectLine({ protocol: 0 })}PING\r\nPING\r\n`);
    const heard = await peer.untilPong(2);
    peer.close();
    expect(heard).toBe("PONG\r\nPONG\r\n");
  });
});
