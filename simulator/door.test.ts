import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Door } from "./door.ts";

let door: Door;
afterEach(() => door.end());

async function isOpen(): Promise<boolean> {
  const socket = connect(door.port, "127.0.0.1");
  const came = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return came;
}

test("a door opens again on the port it had", async () => {
  door = new Door("127.0.0.1", 0, (socket) => socket.destroy());
  await door.open();
  const { port } = door;
  door.shut();
  expect(await isOpen()).toBe(false);
  await door.open();
  expect(door.port).toBe(port);
  expect(await isOpen()).toBe(true);
});

test("opened by two at once it opens once", async () => {
  door = new Door("127.0.0.1", 0, (socket) => socket.destroy());
  await Promise.all([door.open(), door.open()]);
  door.shut();
  await Promise.all([door.open(), door.open()]);
  expect(await isOpen()).toBe(true);
});

test("of opening and shutting at once, the last wish counts", async () => {
  door = new Door("127.0.0.1", 0, (socket) => socket.destroy());
  await door.open();
  door.shut();
  const opening = door.open();
  door.shut();
  await opening;
  expect(await isOpen()).toBe(false);
  door.shut();
  await door.open();
  expect(await isOpen()).toBe(true);
});

test("waits for its port where somebody else took it meanwhile", async () => {
  door = new Door("127.0.0.1", 0, (socket) => socket.destroy());
  await door.open();
  door.shut();
  const other = createServer((socket) => socket.destroy()).listen(door.port, "127.0.0.1");
  await once(other, "listening");
  const opening = door.open();
  other.close();
  await opening;
  expect(await isOpen()).toBe(true);
});

test("ends although it still waits for its port", async () => {
  door = new Door("127.0.0.1", 0, (socket) => socket.destroy());
  await door.open();
  door.shut();
  const other = createServer().listen(door.port, "127.0.0.1");
  await once(other, "listening");
  const opening = door.open();
  await door.end();
  await opening;
  await new Promise((closed) => other.close(closed));
  expect(await isOpen()).toBe(false);
});
