import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Listener } from "./listener.ts";

let listener: Listener;
afterEach(() => listener.end());

async function isOpen(): Promise<boolean> {
  const socket = connect(listener.port, "127.0.0.1");
  const came = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return came;
}

test("a listener opens again on the port it had", async () => {
  listener = new Listener("127.0.0.1", 0, (socket) => socket.destroy());
  await listener.open();
  const { port } = listener;
  listener.shut();
  expect(await isOpen()).toBe(false);
  await listener.open();
  expect(listener.port).toBe(port);
  expect(await isOpen()).toBe(true);
});

test("two concurrent calls of open listen once", async () => {
  listener = new Listener("127.0.0.1", 0, (socket) => socket.destroy());
  await Promise.all([listener.open(), listener.open()]);
  listener.shut();
  await Promise.all([listener.open(), listener.open()]);
  expect(await isOpen()).toBe(true);
});

test("the last of several concurrent open and shut calls wins", async () => {
  listener = new Listener("127.0.0.1", 0, (socket) => socket.destroy());
  await listener.open();
  listener.shut();
  const opening = listener.open();
  listener.shut();
  await opening;
  expect(await isOpen()).toBe(false);
  listener.shut();
  await listener.open();
  expect(await isOpen()).toBe(true);
});

test.each([0, 1, 2, 3])("can be opened again after a shut %d turns into opening", async (turns) => {
  listener = new Listener("127.0.0.1", 0, (socket) => socket.destroy());
  await listener.open();
  listener.shut();
  const opening = listener.open();
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  listener.shut();
  await opening;
  await listener.open();
  expect(await isOpen()).toBe(true);
});

test("waits for its port while another process uses it", async () => {
  listener = new Listener("127.0.0.1", 0, (socket) => socket.destroy());
  await listener.open();
  listener.shut();
  const other = createServer((socket) => socket.destroy()).listen(listener.port, "127.0.0.1");
  await once(other, "listening");
  const opening = listener.open();
  other.close();
  await opening;
  expect(await isOpen()).toBe(true);
});

test("ends while it waits for its port", async () => {
  listener = new Listener("127.0.0.1", 0, (socket) => socket.destroy());
  await listener.open();
  listener.shut();
  const other = createServer().listen(listener.port, "127.0.0.1");
  await once(other, "listening");
  const opening = listener.open();
  await listener.end();
  await opening;
  await new Promise((closed) => other.close(closed));
  expect(await isOpen()).toBe(false);
});
