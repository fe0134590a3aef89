import { describe, expect, test } from "vitest";
import { EGOS_FEEDS } from "../egos.ts";
import { viewerPermissions } from "./claims.ts";
import { lintToken, MAX_JWT_LENGTH } from "./lint.ts";

const KEY = "UAAA";
const INBOX = `_INBOX.${KEY}.>`;
const good = viewerPermissions(EGOS_FEEDS, KEY);
const lint = (subjects = good.sub.allow, length = 1000) =>
  lintToken(subjects, INBOX, length).map(({ message }) => message);

describe("a token is looked at before one is ever signed", () => {
  test("a viewer's own is as it should be", () => {
    expect(lint()).toEqual([]);
    // Nothing that may be published, each limit said: what is left out counts as 0, and an empty list allows everything.
    expect(good).toEqual({
      pub: { deny: [">"] },
      sub: { allow: [...EGOS_FEEDS.map(({ subject }) => subject), INBOX] },
      subs: 14,
      data: -1,
      payload: 4096,
      allowed_connection_types: ["WEBSOCKET"],
    });
  });

  test("a feed with a stream may ask where it says, hear where it says, and nothing more", () => {
    const [feed] = EGOS_FEEDS;
    if (feed === undefined) throw new Error("there is no feed");
    const named = viewerPermissions([{ ...feed, stream: "S" }], KEY);
    const requests = ["STREAM.INFO.S", "STREAM.MSG.GET.S", "DIRECT.GET.S"];
    expect(named.pub).toEqual({ allow: requests.map((request) => `$JS.API.${request}`) });
    const inDomain = { name: "S", directGet: "$JS.hub.API.DIRECT.GET.S" };
    expect(viewerPermissions([{ ...feed, stream: inDomain }], KEY).pub).toEqual({
      allow: ["$JS.hub.API", "$JS.API"].flatMap((api) => requests.map((request) => `${api}.${request}`)),
    });
    const stream = { name: "S", republished: "live.tasks", directGet: "history.S" };
    const allowed = viewerPermissions([{ ...feed, stream }], KEY);
    expect(allowed.pub).toEqual({ allow: ["history.S"] });
    expect(allowed.sub.allow).toEqual([feed.subject, "live.tasks", INBOX]);
  });

  test("a bucket's keys are the page's own", () => {
    expect(lint(["$KV.devices.>", INBOX])).toEqual([]);
  });

  test.each([">", "*", "*.orders", "$SYS.>", "$KV.>", "$KV.*.a", "$KV2.a.>", "_INBOX.>", "_INBOX.UBBB.>"])(
    "%s reads others'",
    (subject) => {
      expect(lintToken([subject, INBOX], INBOX, 1000)).toEqual([
        { subject, message: "also reads what isn't the page's", fix: "begin it with a name" },
      ]);
    },
  );

  test("its length is what CONNECT has room for", () => {
    expect(lint(undefined, MAX_JWT_LENGTH)).toEqual([]);
    expect(lint(undefined, MAX_JWT_LENGTH + 1)).toEqual([
      "makes a token of 3501 characters, and NATS takes at most 3500",
    ]);
  });
});
