import { describe, expect, test } from "vitest";
import { readFeeds } from "./feeds.ts";
import { deployCommands, nextSteps, redeploy } from "./next-steps.ts";

const SETTINGS = { NATS_URL: "wss://nats.example", AUTH_MODE: "jwt", NATS_SIGNING_KEY: "SAHUSH" };

describe("the commands that deploy", () => {
  test("show no secret, and pass secrets by wrangler secret put", () => {
    const secrets = { PASSPHRASE: "hush, a passphrase", NATS_PASSWORD: "hush-1", NATS_TOKEN: "hush-2" };
    const commands = deployCommands({ folder: ".", settings: { ...SETTINGS, ...secrets }, origin: null });
    expect(commands).toEqual([
      "npx wrangler secret put PASSPHRASE",
      "npx wrangler secret put NATS_PASSWORD",
      "npx wrangler secret put NATS_TOKEN",
      "npm run deploy -- --var NATS_URL:wss://nats.example --var AUTH_MODE:jwt",
    ]);
  });

  test("pipe a secret from its file, with a path from the working directory", () => {
    const files = {
      PASSPHRASE_FILE: "a passphrase",
      NATS_TOKEN_FILE: "/run/secrets/token",
      NATS_PASSWORD_FILE: "",
    };
    const settings = { ...SETTINGS, ...files, NATS_SIGNING_KEY_FILE: "older" };
    expect(deployCommands({ folder: "an other", settings, origin: null })).toEqual([
      "npx wrangler secret put PASSPHRASE < 'an other/a passphrase'",
      "npx wrangler secret put NATS_TOKEN < /run/secrets/token",
      "npm run deploy -- --var NATS_URL:wss://nats.example --var AUTH_MODE:jwt",
    ]);
  });

  test("pass only settings of the worker that aren't empty", () => {
    const settings = { ...SETTINGS, PORT: "8787", MY_TOKEN: "hush", PASSPHRASE: "", ABOUT: "" };
    expect(deployCommands({ folder: ".", settings, origin: null })).toEqual([
      "npm run deploy -- --var NATS_URL:wss://nats.example --var AUTH_MODE:jwt",
    ]);
  });

  test.each([
    ["the page's origin", SETTINGS, "https://page.example"],
    [
      "PUBLIC_URL of the settings before it",
      { ...SETTINGS, PUBLIC_URL: "https://other.example" },
      "https://other.example",
    ],
  ])("give PUBLIC_URL: %s", (_name, settings, wanted) => {
    const [command] = deployCommands({ folder: ".", settings, origin: "https://page.example" });
    expect(command?.match(/PUBLIC_URL:\S+/g)).toEqual([`PUBLIC_URL:${wanted}`]);
  });
});

test("redeploy keeps the deployed PUBLIC_URL, and says so", () => {
  const origin = "https://page.example";
  expect(redeploy({ folder: ".", settings: SETTINGS, origin })).toMatch(
    /^to deploy .*\(PUBLIC_URL .* stay; the first deployment also needs --var PUBLIC_URL:https:\/\/page.example\):\n {2}npm run deploy -- (?!.*PUBLIC_URL)/,
  );
  expect(redeploy({ folder: ".", settings: SETTINGS, origin: null })).toMatch(/^to deploy .* stay\):\n/);
  expect(redeploy({ folder: ".", settings: SETTINGS, origin: null })).toMatch(
    /\n\(a page that runs on this machine uses it after a restart\)\n$/,
  );
  const settings = { ...SETTINGS, PUBLIC_URL: "https://own.example" };
  expect(redeploy({ folder: ".", settings, origin }).match(/PUBLIC_URL:\S+/g)).toEqual([
    "PUBLIC_URL:https://own.example",
  ]);
});

test("proposes a stream that several feeds read with all their subjects, each once", () => {
  const stream = { name: "SHOP" };
  const feeds = [
    { id: "a", subject: "orders.>", stream },
    { id: "b", subject: "bills.*", stream },
    { id: "c", subject: "orders.eu.*", stream },
    { id: "d", subject: "logs.>", stream: "LOGS" },
    { id: "e", subject: "a.b.*", stream: "WIDE" },
    { id: "f", subject: "a.*.c", stream: "WIDE" },
    { kv: "devices" },
    { id: "lamps", subject: "$KV.lamps.>", stream: "KV_lamps" },
  ];
  const text = nextSteps({
    folder: "an other",
    origin: null,
    tls: null,
    clusterPort: 6222,
    settings: SETTINGS,
    configs: [],
    ...readFeeds(JSON.stringify(feeds)),
  });
  expect(text.match(/^ {2}npm run setup -- stream .*/gm)).toEqual([
    "  npm run setup -- stream SHOP 'bills.*' 'orders.>' --folder 'an other'",
    "  npm run setup -- stream LOGS 'logs.>' --folder 'an other'",
    "  npm run setup -- stream WIDE 'a.*.*' --folder 'an other'",
  ]);
  expect(text.match(/^warn .*/gm)).toEqual([expect.stringContaining("a.*.* from the stream WIDE")]);
});
