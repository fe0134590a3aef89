import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { UNLIMITED } from "../../test/support/servers/operator.ts";
import { readConfiguration } from "../config/options.ts";
import { createRealm, now, userToken } from "../contract/support/credentials.ts";
import { connectLine } from "../contract/support/peer.ts";
import { Faults } from "../faults/faults.ts";
import type { Transport, TransportReceiver } from "../listeners/transport.ts";
import { NatsServer } from "../server.ts";
import { resolveSettings } from "../settings.ts";

const EXPIRES_AFTER_S = 60;

const realm = await createRealm();
const asConfigured = resolveSettings(readConfiguration(realm.config, {}, String).options);

let server: NatsServer;
let faults: Faults;
/** What the client was sent, and how it was left, in their order. */
let heard: string[];

/** A client whose token ends in a minute, and which a rule silences once it is in. */
beforeEach(async () => {
  vi.useFakeTimers();
  server = new NatsServer(asConfigured);
  faults = new Faults(server, []);
  heard = [];
  const note = (what: string) => (): void => void heard.push(what);
  let receiver: TransportReceiver | undefined;
  const transport = {
    listener: "websocket",
    bufferedBytes: 0,
    open: (one: TransportReceiver) => {
      receiver = one;
    },
    send: (bytes: Buffer) => void heard.push(bytes.toString().slice(0, 4)),
    close: note("close"),
    closeWith: note("closeWith"),
    hangUp: note("hangUp"),
    reset: note("reset"),
    pause: () => {},
    resume: () => {},
  } as unknown as Transport;
  server.accept(transport);
  const claims = { ...UNLIMITED, bearer_token: true };
  const jwt = await userToken(realm, claims, { times: { exp: now() + EXPIRES_AFTER_S } });
  receiver?.onData(Buffer.from(`${connectLine({ jwt, protocol: 1 })}PING\r\n`));
  await sent();
  expect(heard.splice(0)).toEqual(["INFO", "PONG"]);
  faults.add({ at: "before-pong", action: { do: "silent" } });
  receiver?.onData(Buffer.from("PING\r\n"));
});
afterEach(() => {
  vi.useRealTimers();
});

/** What this tick has to say is out. */
const sent = () => new Promise((resolve) => process.nextTick(resolve));

test.each<[string, () => unknown]>([
  ["nothing but the time that its token lasts", () => {}],
  ["every fault being cleared", () => faults.clear()],
  ["every token being ended", () => faults.expireToken()],
  [
    "a reload that knows its user no more",
    () => server.reload(resolveSettings({ auth: { type: "token", token: "t" } })),
  ],
])("silent stays silent, come %s", async (_, happens) => {
  await happens();
  await vi.advanceTimersByTimeAsync(1000 * 1000 * EXPIRES_AFTER_S);
  expect(heard).toEqual([]);
});

test("a silent connection ends without a close frame when the server stops", () => {
  server.closeAll("serverShutdown");
  expect(heard).toEqual(["hangUp"]);
});
