import { expect, test } from "vitest";
import { frame, OPCODES, upgrade } from "./support/frames.ts";
import { connectLine } from "./support/peer.ts";
import { describeTargets } from "./support/rules.ts";
import { joinWebSocket } from "./support/simulated.ts";

const { binary, close, continuation, ping, pong, text } = OPCODES;

describeTargets("WebSocket frames", undefined, (server, target) => {
  const join = () => joinWebSocket(server().webSocketPort);

  test.each([
    { rule: "a text frame is as good as a binary one", frames: [frame(text, "PING\r\n")] },
    {
      rule: "a message may be fragmented",
      frames: [frame(binary, "PI", { fin: false }), frame(continuation, "NG\r\n")],
    },
    {
      rule: "a control frame may stand between fragments",
      frames: [frame(binary, "PI", { fin: false }), frame(ping, "z"), frame(continuation, "NG\r\n")],
    },
    {
      rule: "one command may be spread over several messages",
      frames: [frame(binary, "PI"), frame(binary, "NG\r"), frame(binary, "\n")],
    },
    { rule: "an empty message is nothing", frames: [frame(binary, ""), frame(binary, "PING\r\n")] },
    {
      rule: "a pong that nobody asked for is accepted",
      frames: [frame(pong, "abc"), frame(binary, "PING\r\n")],
    },
  ])("$rule", async ({ frames }) => {
    const peer = await join();
    peer.send(...frames);
    expect(await peer.readUntil("PONG\r\n")).toBe("PONG\r\n");
    peer.close();
  });

  test("several commands in one message are answered in order", async () => {
    const peer = await join();
    peer.sendText("SUB foo 1\r\nPUB foo 2\r\nhi\r\nPING\r\n");
    expect(await peer.readUntil("PONG\r\n")).toBe("MSG foo 1 2\r\nhi\r\nPONG\r\n");
    peer.close();
  });

  test("a message of 70,000 bytes arrives whole", async () => {
    const peer = await join();
    const payload = "x".repeat(70_000);
    peer.sendText(`SUB foo 1\r\nPUB foo 70000\r\n${payload}\r\nPING\r\n`);
    expect(await peer.readUntil("PONG\r\n")).toBe(`MSG foo 1 70000\r\n${payload}\r\nPONG\r\n`);
    peer.close();
  });

  test("a WebSocket ping is answered with its payload", async () => {
    const peer = await join();
    peer.send(frame(ping, "abc"));
    expect((await peer.control(pong)).payload.toString()).toBe("abc");
    peer.close();
  });

  test.each([
    { rule: "1000 with a reason", code: 1000, reason: "bye" },
    { rule: "a code of the application's own", code: 4000, reason: "hey" },
  ])("a close frame is answered with its own code and reason: $rule", async ({ code, reason }) => {
    const peer = await join();
    peer.send(frame(close, String.fromCharCode(code >> 8, code & 0xff) + reason));
    expect(await peer.end()).toEqual({ heard: "", code, reason });
  });

  test.each([
    { rule: "an unmasked frame", odd: frame(binary, "PING\r\n", { masked: false }) },
    { rule: "an unknown opcode", odd: frame(3, "x") },
    { rule: "a continuation of nothing", odd: frame(continuation, "x") },
    { rule: "a fragmented control frame", odd: frame(ping, "x", { fin: false }) },
    { rule: "a control frame over 125 bytes", odd: frame(ping, "x".repeat(126)) },
  ])("a broken frame ends the connection: $rule", async ({ odd }) => {
    const peer = await join();
    peer.send(odd);
    const { code, heard } = await peer.end();
    // The real servers mostly end the stream before their close frame is sent; if one arrives, its code is 1002.
    expect([1002, undefined]).toContain(code);
    expect(heard).toBe("");
  });

  test("a new message before the last one's end is a protocol error", async () => {
    const peer = await join();
    peer.send(frame(binary, "PI", { fin: false }), frame(binary, "NG\r\n"));
    expect([1002, undefined]).toContain((await peer.end()).code);
  });

  test.each([
    {
      rule: "max_payload",
      sends: "PUB foo 1048577\r\n",
      receives: "-ERR 'Maximum Payload Violation'\r\n",
      code: 1009,
      reason: "Maximum Message Payload Exceeded",
    },
    {
      rule: "the control line",
      sends: `SUB ${"a".repeat(5000)} 1\r\n`,
      receives: "-ERR 'maximum control line exceeded'\r\n",
      code: 1008,
      reason: "Maximum Control Line Exceeded",
    },
    {
      rule: "a protocol above 1",
      sends: connectLine({ protocol: 3 }),
      receives: "-ERR 'invalid client protocol'\r\n",
      code: 1002,
      reason: "Bad Client Protocol Version",
    },
    {
      rule: "no_responders without headers",
      sends: connectLine({ headers: false }),
      receives: "-ERR 'no responders requires headers support'\r\n",
      code: 1011,
      reason: "No Responders Requires Headers",
    },
    { rule: "-ERR from the client", sends: "-ERR 'x'\r\n", receives: "", code: 1002, reason: "Parse Error" },
  ])("the close frame says why: $rule", async ({ sends, receives, code, reason }) => {
    const peer = await join();
    peer.sendText(sends);
    expect(await peer.end()).toEqual({ heard: receives, code, reason });
  });

  test("an unknown command ends the connection with 1002", async () => {
    const peer = await join();
    peer.sendText("NOPE\r\n");
    const { heard, code } = await peer.end();
    // 2.15 mostly ends the stream before its error is sent; 2.9.10 and the simulator always send it.
    if (target === "nats-server 2.15") return expect([1002, undefined]).toContain(code);
    expect({ heard, code }).toEqual({ heard: "-ERR 'Unknown Protocol Operation'\r\n", code: 1002 });
  });
});

describeTargets("WebSocket upgrade", undefined, (server, target) => {
  async function status(
    headers: Record<string, string>,
    request: { method?: string; path?: string } = {},
  ): Promise<string> {
    const { peer, head } = await upgrade(server().webSocketPort, headers, request);
    peer.close();
    return head.split("\r\n")[0] ?? "";
  }

  test.each([
    { rule: "without Upgrade", headers: { Upgrade: "" } },
    { rule: "to something else", headers: { Upgrade: "h2c" } },
    { rule: "without Connection", headers: { Connection: "" } },
    { rule: "without a key", headers: { "Sec-WebSocket-Key": "" } },
    { rule: "without a version", headers: { "Sec-WebSocket-Version": "" } },
    { rule: "with version 12", headers: { "Sec-WebSocket-Version": "12" } },
  ])("is refused with 400: $rule", async ({ headers }) => {
    expect(await status(headers as Record<string, string>)).toBe("HTTP/1.1 400 Bad Request");
  });

  test("is refused with 405 for any method but GET", async () => {
    expect(await status({}, { method: "POST" })).toBe("HTTP/1.1 405 Method Not Allowed");
  });

  test("a refusal names the supported version", async () => {
    const { peer, head } = await upgrade(server().webSocketPort, { "Sec-WebSocket-Version": "12" });
    peer.close();
    expect(head).toMatch(/\r\nSec-Websocket-Version: 13\r\n/i);
  });

  test.each([
    { rule: "on any path", request: { path: "/some/where?x=1" }, headers: {} },
    { rule: "with other tokens in Connection", request: {}, headers: { Connection: "keep-alive, Upgrade" } },
    { rule: "from any origin", request: {}, headers: { Origin: "http://evil.example" } },
  ])("is granted: $rule", async ({ request, headers }) => {
    expect(await status(headers as Record<string, string>, request)).toBe("HTTP/1.1 101 Switching Protocols");
  });

  test("answers the key as RFC 6455 requires, and offers no subprotocol and no compression", async () => {
    const { peer, head } = await upgrade(server().webSocketPort, {
      "Sec-WebSocket-Protocol": "nats",
      "Sec-WebSocket-Extensions": "permessage-deflate",
    });
    peer.close();
    expect(head).toContain("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    expect(head).not.toMatch(/Sec-WebSocket-(Protocol|Extensions)/i);
  });

  test("INFO over WebSocket gives the WebSocket's port", async () => {
    const { peer } = await upgrade(server().webSocketPort, {});
    await peer.waitFor(() => peer.received.includes("\r\n"));
    const line = peer.received.toString("latin1");
    peer.close();
    expect(JSON.parse(line.slice(line.indexOf("{"), line.lastIndexOf("}") + 1))).toMatchObject({
      // 2.9.10 gives the TCP port instead, which is useless over WebSocket.
      port: target === "nats-server 2.9.10" ? server().tcpPort : server().webSocketPort,
      headers: true,
    });
  });
});

describeTargets(
  "WebSocket origins",
  { webSocket: 'allowed_origins: ["https://good.example", "http://127.0.0.1:8787"]' },
  (server) => {
    test.each([
      { origin: "https://good.example", status: 101 },
      { origin: "https://good.example:443", status: 101 },
      { origin: "http://127.0.0.1:8787", status: 101 },
      { origin: "http://good.example", status: 403 },
      { origin: "https://good.example:8443", status: 403 },
      { origin: "https://good.example.evil.example", status: 403 },
      { origin: "https://evil.example", status: 403 },
      { origin: "", status: 101 },
    ])("allowed_origins: '$origin' gets $status", async ({ origin, status }) => {
      const { peer, head } = await upgrade(server().webSocketPort, { Origin: origin });
      peer.close();
      expect(head.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    });
  },
);
