import { app } from "./app.ts";
import { leaksIn, leaksInAnswer } from "./leaks.ts";

/**
 * The leaks in what was answered or logged since the last test file took them away. All files share this module, so
 * that what it puts in the way of each answer stands there once.
 */
export const leaksFound: string[] = [];

const realRequest = app.request;

app.request = async (input, init, ...rest) => {
  const response = await realRequest(input, init, ...rest);
  leaksFound.push(...(await leaksInAnswer(init?.method ?? "GET", response.clone())));
  return response;
};

for (const level of ["debug", "info", "log", "warn", "error"] as const) {
  const real = console[level].bind(console);
  console[level] = (...values: unknown[]) => {
    const line = values.map(String).join(" ");
    // A log is the operator's: there a stack belongs.
    leaksFound.push(
      ...leaksIn(line)
        .filter((name) => name !== "where the code failed")
        .map((name) => `${name}: ${line}`),
    );
    real(...values);
  };
}
