import { get } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../test/support/tools/until.ts";
import type { SimulatorOptions } from "../index.ts";
import { join, start, stopAll } from "./support/simulated.ts";

afterEach(stopAll);

describe("the live control", () => {
  /** Starts a simulator with its control open, and returns its URL and a function that posts to it. */
  async function control(options: SimulatorOptions = {}) {
    const started = await start({ controlPort: 0, ...options });
    const url = started.simulator.controlUrl;
    const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    return { ...started, url, post };
  }

  test("is off by default", async () => {
    const { simulator } = await start();
    expect(simulator.controlUrl).toBe("");
  });

  test("starts and ends each of the panel's faults", async () => {
    const { url, tcp, post } = await control();
    for (const name of ["freeze", "refuse", "reject-token"]) {
      expect(await (await post(`/fault/${name}`, {})).json()).toEqual({ fault: name, active: [name] });
      expect(await (await post(`/fault/${name}`, { clear: true })).json()).toEqual({
        fault: name,
        active: [],
      });
      (await join(tcp)).close();
    }
    const peer = await join(tcp);
    await post("/fault/expire-token", {});
    expect(await peer.rest()).toContain("User Authentication Expired");
    for (const [name, body] of [
      ["kill", { downMs: 50 }],
      ["lame-duck", { graceMs: 10, durationMs: 20, downMs: 50 }],
    ] as const) {
      expect(await (await post(`/fault/${name}`, body)).json()).toEqual({ fault: name, active: [name] });
      await until(`${name} is over`, async () => {
        const { active } = (await (await fetch(`${url}/faults`)).json()) as {
          active: string[];
        };
        return active.length === 0;
      });
      (await join(tcp)).close();
    }
  });

  test("offers what a proxy on the path can do beside it", async () => {
    const asked: unknown[] = [];
    let slowed = 0;
    const { post } = await control({
      pathFaults: {
        slow: (body) => {
          asked.push(body);
          slowed++;
          return { clear: () => void slowed-- };
        },
      },
    });
    expect(await (await post("/fault/slow", { latencyMs: 7 })).json()).toEqual({
      fault: "slow",
      active: ["slow"],
    });
    expect([asked, slowed]).toEqual([[{ latencyMs: 7 }], 1]);
    await post("/fault/slow", { clear: true });
    expect(slowed).toBe(0);
    await post("/fault/slow", {});
    await post("/clear", {});
    expect(slowed).toBe(0);
  });

  test("a fault that starts while one of the same name is ending stays", async () => {
    let [end, isEnding] = [() => {}, false];
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const clear = (): Promise<void> => {
      isEnding = true;
      return ended;
    };
    const { url, post } = await control({ pathFaults: { slow: () => ({ clear }) } });
    await post("/fault/slow", {});
    const clearing = post("/fault/slow", { clear: true });
    await until("it is being ended", () => isEnding);
    await post("/fault/slow", {});
    end();
    await clearing;
    expect(await (await fetch(`${url}/faults`)).json()).toMatchObject({ active: ["slow"] });
  });

  test("shows the events", async () => {
    const { url, post } = await control();
    await post("/fault/expire-token", {});
    const { entries } = (await (await fetch(`${url}/events`)).json()) as {
      entries: { detail: string }[];
    };
    expect(entries.map(({ detail }) => detail)).toContain("expire-token");
  });

  test("a fault that is started again ends after its new duration", async () => {
    const { url, post } = await control();
    await post("/fault/kill", { downMs: 60_000 });
    await post("/fault/kill", { downMs: 10 });
    await until("both are over", async () => {
      const { active } = (await (await fetch(`${url}/faults`)).json()) as { active: string[] };
      return active.length === 0;
    });
  });

  test("says what is wrong with a request", async () => {
    const { post } = await control();
    for (const [path, body, error] of [
      ["/fault/earthquake", {}, /\/fault\/earthquake is not a fault; give \/fault\/ and one of kill, freeze/],
      ["/fault/kill", { downMs: "soon" }, /downMs is "soon"; give 0 to/],
      ["/fault/refuse", [], /the body must be a JSON object/],
      ["/fault/constructor", {}, /\/fault\/constructor is not a fault/],
      ["/fault/kill", { downMs: 1e12 }, /downMs is 1000000000000; give 0 to 2147483647/],
      ["/fault/lame-duck", { graceMs: -1 }, /graceMs is -1; give 0 to/],
    ] as const) {
      const response = await post(path, body);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(error);
    }
  });

  test("answers pages of this machine and no others", async () => {
    const { url, post } = await control();
    const local = await post("/clear", {}, { origin: "http://localhost:8787" });
    expect(local.headers.get("access-control-allow-origin")).toBe("http://localhost:8787");
    const preflight = await fetch(`${url}/fault/kill`, {
      method: "OPTIONS",
      headers: { origin: "http://127.0.0.1:8787" },
    });
    expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
      200,
      "content-type",
    ]);
    const rebound = await new Promise<number | undefined>((resolve, reject) =>
      get(`${url}/events`, { headers: { host: "evil.example" } }, ({ statusCode }) => resolve(statusCode)).on(
        "error",
        reject,
      ),
    );
    expect(rebound).toBe(403);
    for (const origin of ["https://evil.example", "http://localhost.evil.example", "null"]) {
      const response = await post("/fault/kill", {}, { origin });
      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([403, null]);
    }
  });
});
