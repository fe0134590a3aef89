import { describe, expect, test } from "vitest";
import { DEFAULT_FEEDS } from "../default-feeds.ts";
import { viewerPermissions } from "./claims.ts";

const KEY = "UAAA";
const INBOX = `_INBOX.${KEY}.>`;

describe("a viewer", () => {
  test("may read the feeds and an inbox, and not publish", () => {
    // Every limit is explicit: a missing one counts as 0, and an empty list allows everything.
    expect(viewerPermissions(DEFAULT_FEEDS, KEY)).toEqual({
      pub: { deny: [">"] },
      sub: { allow: [...DEFAULT_FEEDS.map(({ subject }) => subject), INBOX] },
      subs: 14,
      data: -1,
      payload: 4096,
      allowed_connection_types: ["WEBSOCKET"],
    });
  });

  test("of a feed with a stream may send its requests and read its subjects, and nothing more", () => {
    const [feed] = DEFAULT_FEEDS;
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
});
