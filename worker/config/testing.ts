import { type Config, problemLine, readConfig } from "../config.ts";
import type { Environment } from "../settings.ts";

export const NATS_URL = "ws://127.0.0.1:9222";
export const feed = {
  id: "orders",
  title: "Orders",
  subject: "orders.>",
  columns: [{ field: "id", title: { en: "Id", "pt-BR": "Id" } }],
};

/** The problems of an environment, a line each. */
export function lines(environment: Environment): readonly string[] {
  const result = readConfig(environment);
  return result.ok ? [] : result.problems.map(problemLine);
}

/** The configuration of a valid environment. */
export function configOf(environment: Environment): Config {
  const result = readConfig(environment);
  if (!result.ok) throw new Error(result.problems.map(problemLine).join("\n"));
  return result.config;
}
