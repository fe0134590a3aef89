/**
 * Trap 10 of nats.ws 1.30.3, in workerd: a connection belongs to the request that opened it. Used by another request, it
 * hangs silently for both.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { connect } from "nats.ws";
import { expect, inject, test } from "vitest";
import { MyceliumClient } from "../client/index.ts";
import { ANYBODY, EMPTY_DNS } from "./probe/testing.ts";
import { observe } from "./probe.ts";

const { open } = inject("servers");

/** Milliseconds after which something counts as hanging, for which there is no event. */
const WATCHED_MS = 700;

/** Runs `work` in a request of its own to a Durable Object. */
function inAnotherRequest<T>(work: () => Promise<T>): Promise<T> {
  const { OBSERVATORY } = env;
  return runInDurableObject(OBSERVATORY.get(OBSERVATORY.newUniqueId()), work);
}

function pending<T>(promise: Promise<T>): Promise<T | "pending"> {
  const watched = new Promise<"pending">((resolve) => setTimeout(resolve, WATCHED_MS, "pending"));
  return Promise.race([promise, watched]);
}

test("plain nats.ws hangs in a request that shares its connection, and then in the request that opened it", async () => {
  const plain = await connect({ servers: open, reconnect: false });
  await plain.flush();
  expect(await inAnotherRequest(() => pending(plain.flush()))).toBe("pending");
  expect(await pending(plain.flush())).toBe("pending");
  expect(plain.isClosed()).toBe(false);
  void plain.close();
});

test("our client ends another request's call at its deadline, and still works for the request that opened it", async () => {
  const client = new MyceliumClient({ servers: [open] });
  const seen: Uint8Array[] = [];
  client.subscribe("trap.10", ({ data }) => void seen.push(data));
  await client.start();
  const asked = (timeoutMs = 30_000) => client.request("trap.nobody", "", { timeoutMs });
  await expect(asked()).rejects.toMatchObject({ failure: "no-responders" });
  await expect(inAnotherRequest(() => pending(asked(WATCHED_MS / 2)))).rejects.toMatchObject({
    failure: "timeout",
  });
  client.publish("trap.10", "still here");
  await expect(asked()).rejects.toMatchObject({ failure: "no-responders" });
  expect(seen).toEqual([new TextEncoder().encode("still here")]);
  expect(await client.stop()).toBe("drained");
});

test("the probe opens its own connection in each request, so simultaneous ones are all answered", async () => {
  const look = () => observe([open], ANYBODY, EMPTY_DNS);
  const looks = await Promise.all([look(), inAnotherRequest(look), inAnotherRequest(look), look()]);
  expect(looks.map(({ status }) => status)).toEqual(["pass", "pass", "pass", "pass"]);
});
