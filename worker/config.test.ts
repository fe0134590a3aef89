import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configOf, feed, lines, NATS_URL } from "./config/testing.ts";
import { problemLine, readConfig } from "./config.ts";
import { type Environment, PLAIN_SETTINGS, SECRET_SETTINGS } from "./settings.ts";

describe("the settings", () => {
  test("all problems are reported, not only the first", () => {
    const wrong = {
      NATS_URL: "http://a",
      FEEDS: "[]",
      PAGE_NAME: "n".repeat(61),
      LIVE: "yes",
      PUBLIC_URL: "a",
    };
    expect(lines(wrong)).toEqual([
      expect.stringMatching(/^NATS_URL /),
      expect.stringMatching(/^FEEDS /),
      "PAGE_NAME has 61 characters: use at most 60",
      "LIVE has an unknown value: use off or on",
      expect.stringMatching(/^PUBLIC_URL is not an origin: use the address that browsers show/),
    ]);
  });

  test("DEMO_CONTROL_URL must be http, and makes the page open live by default", () => {
    const demo = { NATS_URL, DEMO_CONTROL_URL: "http://127.0.0.1:1" };
    expect(configOf(demo)).toMatchObject({ demo: { controlUrl: "http://127.0.0.1:1" }, live: true });
    expect(configOf({ ...demo, LIVE: "off" }).live).toBe(false);
    expect(lines({ NATS_URL, DEMO_CONTROL_URL: "javascript:0" })).toHaveLength(1);
  });

  test("settings that aren't set have their defaults", () => {
    expect(configOf({ NATS_URL })).toMatchObject({
      name: "Mycelium",
      about: null,
      live: false,
      explore: [],
      embedOrigins: [],
      publicUrl: null,
    });
  });

  test("valid settings are used", () => {
    const given = {
      ABOUT: " What our machines say ",
      LIVE: "on",
      EXPLORE: "orders.>, iot.>",
      EMBED_ORIGINS: "https://intranet.example.com, https://*.example.org:8443",
      PUBLIC_URL: "https://mycelium.example.com/",
    };
    expect(configOf({ NATS_URL, ...given })).toMatchObject({
      about: "What our machines say",
      live: true,
      explore: ["orders.>", "iot.>"],
      embedOrigins: ["https://intranet.example.com", "https://*.example.org:8443"],
      publicUrl: "https://mycelium.example.com",
    });
  });

  test.each([
    ["EXPLORE", "a b", /^EXPLORE is not a NATS subject: use a subject/],
    ["EXPLORE", "a,b..c", /^EXPLORE\[1\] is not a NATS subject/],
    ["EMBED_ORIGINS", "*", /^EMBED_ORIGINS is not an origin: use an address/],
    ["EMBED_ORIGINS", "https://a.example; script-src *", /^EMBED_ORIGINS is not an origin/],
    ["EMBED_ORIGINS", "https://a.example/path", /^EMBED_ORIGINS is not an origin/],
    ["EMBED_ORIGINS", "https://*.*.example", /^EMBED_ORIGINS is not an origin/],
    ["PUBLIC_URL", "https://me:s3cr3t@a.example", /^PUBLIC_URL is not an origin/],
    ["PUBLIC_URL", "https://a.example/page", /^PUBLIC_URL is not an origin/],
    ["PUBLIC_URL", "ftp://a.example", /^PUBLIC_URL is not an origin/],
    ["ABOUT", "a".repeat(201), /^ABOUT has 201 characters: use at most 200$/],
    ["LIVE", "s3cr3t", /^LIVE has an unknown value/],
  ])("%s=%j is refused without being repeated", (variable, value, line) => {
    const found = lines({ NATS_URL, [variable]: value });
    expect(found).toEqual([expect.stringMatching(line)]);
    expect(found.join()).not.toContain("s3cr3t");
  });

  test.each(["NATS_URL", "EXPLORE", "PUBLIC_URL", "LIVE", "PAGE_NAME", "AUTH_MODE", "FEEDS"])(
    "quotes around %s are its only problem",
    (variable) => {
      const line = `${variable} is wrapped in quotes: remove the quotes`;
      // Otherwise the quotes would be part of a subject on which no message is ever published.
      expect(lines({ NATS_URL, [variable]: "'orders.created'" })).toEqual([line]);
      for (const more of [`'[{"title":"Today's","subject":"a"},{"subject":"b"}]'`, '"a.>","b.>"'])
        expect(lines({ NATS_URL, [variable]: more })).toEqual([line]);
    },
  );

  test("quotes inside a text or at one end only are kept", () => {
    const own = { FEEDS: "o'brien.>", EXPLORE: 'a."b".c', PAGE_NAME: 'The "B"', ABOUT: "'s is what's" };
    expect(configOf({ NATS_URL, ...own })).toMatchObject({
      feeds: [{ subject: own.FEEDS }],
      explore: [own.EXPLORE],
      name: own.PAGE_NAME,
      about: own.ABOUT,
    });
  });

  test("a variable that is one letter away from a setting is reported", () => {
    expect(lines({ NATS_URL, NATSURL: "x", "public-url": "x" } as object)).toEqual([
      expect.stringMatching(
        /^public-url is not a setting: rename it to PUBLIC_URL if you meant that, or remove it$/,
      ),
    ]);
    expect(lines({ NATSURL: "wss://s3cr3t" } as object)).toEqual([
      expect.stringMatching(/^NATS_URL is not set/),
      "NATSURL is not a setting: rename it to NATS_URL if you meant that, or remove it",
    ]);
    expect(lines({ NATS_URL, ASSETS: {}, OBSERVATORY: {}, TOKEN_LIMITER: {}, HOST: "h" } as object)).toEqual(
      [],
    );
  });
});

describe("typed values, as from a file or a dashboard,", () => {
  test("may be lists in JSON", () => {
    // As plain text, EXPLORE's value would be a subject on which no message is ever published.
    const typed = { NATS_URL: '["wss://a", "wss://b"]', EXPLORE: ' ["orders.created"]' };
    expect(configOf(typed)).toMatchObject({ servers: ["wss://a", "wss://b"], explore: ["orders.created"] });
    expect(lines({ NATS_URL: "[7]" })).toEqual([expect.stringMatching(/^NATS_URL lists something other/)]);
  });

  test.each([
    ["EXPLORE", "['orders.created']", "is not valid JSON"],
    ["EXPLORE", '["orders.created",]', "is not valid JSON"],
    ["EXPLORE", '{ "subject": "orders.created" }', "is not a list"],
    ["NATS_URL", "[wss://me:s3cr3t@a]", "is not valid JSON"],
    ["EXPLORE", '[\n"orders.created" "payments.made"]', "is not valid JSON (line 2 column 18)"],
    ["EMBED_ORIGINS", '{"a"}', "is not valid JSON (line 1 column 5)"],
  ])("%s=%s, which begins like JSON but isn't a list, is the only problem", (variable, value, what) => {
    expect(lines({ NATS_URL, [variable]: value })).toEqual([
      `${variable} ${what}: use a comma-separated list or a JSON array of strings`,
    ]);
  });

  test("are accepted", () => {
    const typed = {
      NATS_URL: ["wss://a", "wss://b"],
      PAGE_NAME: 1,
      FEEDS: [feed, "llm"],
      EXPLORE: ["orders.>"],
      LIVE: null,
    };
    expect(configOf(typed)).toMatchObject({
      servers: ["wss://a", "wss://b"],
      name: "1",
      explore: ["orders.>"],
      feeds: [{ id: "orders" }, { id: "llm" }],
    });
  });

  test.each([
    [{ NATS_URL: { url: "wss://s3cr3t" } }, /^NATS_URL is neither text nor a number: set it to one text$/],
    [{ NATS_URL: [] }, /^NATS_URL is not set: use the address of nats-server's `websocket` block/],
    [{ NATS_URL: [7] }, /^NATS_URL lists something other than strings: use strings only$/],
    [{ NATS_URL: ["wss://a"], PAGE_NAME: ["a"] }, /^PAGE_NAME is neither text/],
    [{ NATS_URL: "wss://a", FEEDS: 7 }, /^FEEDS is not a list/],
    [{ NATS_URL: "wss://a", FEEDS: [7] }, /^FEEDS\[0\] is invalid: use a JSON object$/],
    [{ NATS_URL: true }, /^NATS_URL is not a URL/],
  ])("%j is refused by name", (typed, line) => {
    expect(lines(typed)).toEqual([expect.stringMatching(line)]);
  });

  test("any value is accepted or refused, and never repeated", {
    timeout: 60_000,
  }, () => {
    const secret = "Zq7-hush";
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constant(secret),
      fc.string().map((text) => `${secret}${text}`),
      fc.string().map((text) => `wss://${text}:${secret}@h`),
      fc.webUrl().map((url) => url.replace("http", "ws")),
      fc.array(fc.constant(secret)),
    );
    const names = [...PLAIN_SETTINGS, ...SECRET_SETTINGS];
    const environment = fc.record(Object.fromEntries(names.map((name) => [name, value])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(environment, (given) => {
        expect(lines(given).join("\n")).not.toContain(secret);
      }),
      { numRuns: 100 },
    );
  });
});

describe("warnings about settings that work but are questionable", () => {
  const warnings = (settings: Environment) => {
    const result = readConfig({ NATS_URL, ...settings });
    return result.ok ? result.warnings : [problemLine(result.problems[0] as never)];
  };
  const gate = { AUTH_GATE: "passphrase", PASSPHRASE: "correct horse battery" };

  test.each([
    [{}, []],
    [{ NATS_URL: "wss://203.0.113.7" }, [/^NATS_URL has an IP address in a wss:\/\/ URL/]],
    [{ NATS_URL: "wss://[2001:db8::7]:8443" }, [/^NATS_URL has an IP address/]],
    [
      { NATS_URL: "wss://a,ws://nats.example.com" },
      [/^NATS_URL has a ws:\/\/ server, to which a page served/],
    ],
    [{ NATS_URL: "ws://nats.example.com", PUBLIC_URL: "http://page.example" }, []],
    [
      { AUTH_MODE: "token", NATS_TOKEN: "t", ...gate },
      [/^AUTH_MODE hands out credentials that never expire/],
    ],
    [
      { FEEDS: [{ ...feed, stream: "ORDERS" }] },
      [/^FEEDS reads a stream of the viewers' own account: the reply/],
    ],
    [{ FEEDS: [{ ...feed, stream: { name: "ORDERS", directGet: "history.ORDERS" } }] }, []],
  ] as const)("%j", (settings, lines) => {
    expect(warnings(settings)).toEqual(lines.map((line) => expect.stringMatching(line)));
  });
});
