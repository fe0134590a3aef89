import { app } from "./app.ts";
import { configOf } from "./config.ts";
import type { Env } from "./env.ts";
import { FRESH_MS, observatoryOf } from "./observatory.ts";

export { Observatory } from "./observatory.ts";

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    const result = configOf(env);
    if (!result.ok) return;
    const { config } = result;
    await observatoryOf(env, config.servers).observation(config, FRESH_MS);
  },
} satisfies ExportedHandler<Env>;
