/** Setup of the tests in workerd: whatever the worker answers or logs in any of them is scanned for leaks. */
import { afterAll, expect } from "vitest";
import { app } from "./app.ts";
import { leaksIn, leaksInAnswer } from "./leaks.ts";

const found: string[] = [];
const realRequest = app.request;

app.request = async (input, init, ...rest) => {
  const response = await realRequest(input, init, ...rest);
  found.push(...(await leaksInAnswer(init?.method ?? "GET", response.clone())));
  return response;
};

for (const level of ["debug", "info", "log", "warn", "error"] as const) {
  const real = console[level].bind(console);
  console[level] = (...values: unknown[]) => {
    const line = values.map(String).join(" ");
    // A log is the operator's: there a stack belongs.
    found.push(
      ...leaksIn(line)
        .filter((name) => name !== "where the code failed")
        .map((name) => `${name}: ${line}`),
    );
    real(...values);
  };
}

afterAll(() => {
  expect(found).toEqual([]);
});
