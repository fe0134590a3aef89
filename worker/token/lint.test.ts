import { describe, expect, test } from "vitest";
import { EGOS_FEEDS } from "../egos.ts";
import { type ViewerPermissions, viewerPermissions } from "./claims.ts";
import { lintToken, MAX_JWT_LENGTH } from "./lint.ts";

const KEY = "UAAA";
const INBOX = `_INBOX.${KEY}.>`;
const good = viewerPermissions(EGOS_FEEDS, KEY);
const lint = (change: object, length = 1000) =>
  lintToken({ ...good, ...change } as ViewerPermissions, INBOX, length).map(({ message }) => message);

describe("a token is looked at before one is ever signed", () => {
  test("a viewer's own is as it should be", () => {
    expect(lint({})).toEqual([]);
    expect(lint({ pub: { allow: ["$JS.API.STREAM.INFO.ORDERS"] } })).toEqual([]);
  });

  test("a feed with a stream may ask where it says, hear where it says, and nothing more", () => {
    const [feed] = EGOS_FEEDS;
    if (feed === undefined) throw new Error("there is no feed");
    const named = viewerPermissions([{ ...feed, stream: "S" }], KEY);
    const requests = ["STREAM.INFO.S", "STREAM.MSG.GET.S", "DIRECT.GET.S"];
    expect(named.pub).toEqual({ allow: requests.map((request) => `$JS.API.${request}`) });
    const inDomain = { name: "S", directGet: "$JS.hub.API.DIRECT.GET.S" };
    expect(viewerPermissions([{ ...feed, stream: inDomain }], KEY).pub).toEqual({
      allow: requests.map((request) => `$JS.hub.API.${request}`),
    });
    const stream = { name: "S", republished: "live.tasks", directGet: "history.S" };
    const allowed = viewerPermissions([{ ...feed, stream }], KEY);
    expect(allowed.pub).toEqual({ allow: ["history.S"] });
    expect(allowed.sub.allow).toEqual([feed.subject, "live.tasks", INBOX]);
  });

  test.each([
    [{ sub: { allow: [] } }, "allows subscribing to everything"],
    [{ pub: { allow: [] } }, "allows publishing to everything"],
    [{ pub: { deny: [] } }, "allows publishing to everything"],
    [{ pub: { deny: ["orders.>"] } }, "allows publishing to everything"],
    [{ subs: undefined }, "sets no limit subs, which NATS reads as 0"],
    [{ data: 0 }, "sets no limit data, which NATS reads as 0"],
    [{ payload: undefined }, "sets no limit payload, which NATS reads as 0"],
  ])("%j is refused", (change, message) => {
    expect(lint(change)).toEqual([message]);
  });

  test("a bucket's keys are the page's own", () => {
    expect(lint({ sub: { allow: ["$KV.devices.>", INBOX] } })).toEqual([]);
  });

  test.each([">", "*", "*.orders", "$SYS.>", "$KV.>", "$KV.*.a", "$KV2.a.>", "_INBOX.>", "_INBOX.UBBB.>"])(
    "%s reads others'",
    (subject) => {
      expect(lintToken({ ...good, sub: { allow: [subject, INBOX] } }, INBOX, 1000)).toEqual([
        { subject, message: "also reads what isn't the page's", fix: "begin it with a name" },
      ]);
    },
  );

  test("its length is what CONNECT has room for", () => {
    expect(lint({}, MAX_JWT_LENGTH)).toEqual([]);
    expect(lint({}, MAX_JWT_LENGTH + 1)).toEqual([
      "makes a token of 3501 characters, and NATS takes at most 3500",
    ]);
  });
});
