import { app } from "./app.ts";
import { leaksIn, leaksInAnswer } from "./leaks.ts";

/**
 * The leaks in answers and log lines since the last test file removed them. All test files share this module, so that
 * answers are intercepted once.
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
    // Stack traces belong in the operator's log.
    leaksFound.push(
      ...leaksIn(line)
        .filter((name) => name !== "a stack trace")
        .map((name) => `${name}: ${line}`),
    );
    real(...values);
  };
}
