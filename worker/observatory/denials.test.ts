import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, test } from "vitest";
import { configOf } from "../config/testing.ts";
import { observatoryOf } from "../observatory.ts";
import type { ProbeConfig } from "../probe/plan.ts";

const servers = inject("servers");

describe("the attempt to publish", () => {
  const { url, account, scopedSeed, publishingSeed } = servers.operator;
  const elsewhere = { id: "o", title: "O", subject: "orders.>" };
  const scoped = (seed: string) => ({
    AUTH_MODE: "jwt",
    NATS_ACCOUNT: account,
    NATS_SIGNING_KEY: seed,
    NATS_KEY_SCOPED: "true",
  });

  /** Two probes in a row: each server's `mayPublish`, which is missing if it wasn't tried. */
  async function lookTwice(name: string, settings: object) {
    const config = configOf({ NATS_URL: url, FEEDS: ["llm"], ...settings });
    return runInDurableObject(observatoryOf(env, [`${url}/${name}`]), async (object) => {
      const looks = [];
      for (let look = 0; look < 2; look += 1) {
        const { status, servers } = await object.observation(config, -1);
        looks.push({ status, mayPublish: servers.map(({ mayPublish }) => mayPublish), servers });
      }
      return looks;
    });
  }
  const [untried, denied, allowed] = [undefined, false, true];

  test.each([
    ["a server where all is well", scoped(scopedSeed), [[denied], [untried]]],
    [
      "one where a feed can't be read",
      { ...scoped(scopedSeed), FEEDS: ["llm", elsewhere] },
      [[denied], [untried]],
    ],
    ["one that allows it", scoped(publishingSeed), [[allowed], [allowed]]],
    [
      "one of two, and the other as long as it is down",
      { ...scoped(scopedSeed), NATS_URL: `${url},ws://${servers.nobody}` },
      [
        [denied, untried],
        [untried, untried],
      ],
    ],
    [
      "one that https pages can't use",
      {
        ...scoped(scopedSeed),
        NATS_URL: url.replace("127.0.0.1", "0.0.0.0"),
        PUBLIC_URL: "https://a.example",
      },
      [[denied], [untried]],
    ],
  ])(
    "is repeated after six hours, or at every probe while it is allowed: %s",
    async (name, settings, expected) => {
      const looks = await lookTwice(name, settings);
      expect(looks.map(({ mayPublish }) => mayPublish)).toEqual(expected);
    },
  );

  test("is made at a server that comes back, whatever another server denied", async () => {
    const late = `${url}/late`;
    const both = { ...scoped(scopedSeed), NATS_URL: `${url},${late}` };
    const config = configOf({ FEEDS: ["llm"], ...both });
    await runInDurableObject(observatoryOf(env, [`${url}/comes-back`]), async (object) => {
      const down = { ...config, servers: [url, `ws://${servers.nobody}`] };
      const look = async (probeConfig: ProbeConfig) =>
        (await object.observation(probeConfig, -1)).servers.map(({ mayPublish }) => mayPublish);
      expect(await look(down)).toEqual([denied, untried]);
      expect(await look(config)).toEqual([untried, denied]);
      expect(await look(config)).toEqual([untried, untried]);
    });
  });

  test("stays in mayPublish when origin-refused is the reported fault", async () => {
    const looks = await lookTwice("refuses-pages", {
      NATS_URL: servers.otherOrigin,
      PUBLIC_URL: "https://page.example",
      AUTH_MODE: "userpass",
      NATS_USER: "u",
      NATS_PASSWORD: "p",
      AUTH_GATE: "passphrase",
      PASSPHRASE: "correct horse battery",
    });
    expect(looks.map(({ mayPublish }) => mayPublish)).toEqual([[allowed], [allowed]]);
    expect(looks.map(({ servers }) => servers[0]?.explanation)).toEqual(["origin-refused", "origin-refused"]);
  });
});
