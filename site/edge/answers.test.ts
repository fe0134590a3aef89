import { describe, expect, test } from "vitest";
import { problemOf } from "../../contract/problem.ts";
import { problemIn, readAnswer, tokenIn } from "./answers.ts";

const config = {
  name: "Mycelium",
  about: null,
  live: false,
  explore: [],
  embedOrigins: [],
  servers: ["wss://nats.example"],
  feeds: [],
  auth: { mode: "none", gate: null, tokenLifetimeMs: null },
  demo: null,
};

describe("an answer of the worker", () => {
  test("is accepted when it matches the contract; a newer worker's extra fields are left out", async () => {
    expect(await readAnswer("config", Response.json({ ...config, newer: true }))).toEqual(config);
  });

  test.each([
    ["a page of somebody else's", new Response("<html>", { status: 200 }), "200: the answer: "],
    ["a missing field", Response.json({ ...config, name: undefined }), "200: name: "],
    ["a wrong server", Response.json({ ...config, servers: ["http://a"] }), "200: servers.0: "],
    ["nothing at all", new Response(null, { status: 502 }), "502: the answer: "],
  ])("is rejected when it is %s, with the place of the error", async (_what, response, begins) => {
    await expect(readAnswer("config", response)).rejects.toThrow(begins);
  });

  test("that is a problem is rejected with the worker's own words", async () => {
    const response = Response.json(problemOf("configuration", "NATS_URL is not set"), { status: 500 });
    await expect(readAnswer("config", response)).rejects.toThrow("NATS_URL is not set");
  });
});

test.each([
  null,
  "text",
  [],
  {},
  { user: "u" },
  { jwt: 1, expiresAt: "2026-11-24T12:00:00Z" },
  { jwt: "e.y.J" },
])("%j contains no credentials", (body) => {
  expect(tokenIn(body)).toBeNull();
});

test.each([null, { type: "about:blank", title: "No", status: 404, detail: "no" }, { type: 7 }])(
  "%j is not a problem of the worker",
  (body) => {
    expect(problemIn(body)).toBeNull();
  },
);
