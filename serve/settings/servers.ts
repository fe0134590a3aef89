import { readConfig, type Settings } from "../../worker/config.ts";
import { isRawNatsPort } from "./raw-nats.ts";

/** What only a look at the servers tells of NATS_URL: a plain NATS port, which greets whoever comes. */
export async function serverProblems(settings: Settings): Promise<readonly string[]> {
  const result = readConfig(settings);
  if (!result.ok) return [];
  const { servers } = result.config;
  const raw = await Promise.all(servers.map(isRawNatsPort));
  return servers
    .filter((_, index) => raw[index])
    .map(
      (server) =>
        `NATS_URL ${server} is NATS's plain TCP port, which browsers can't use: give the port of nats-server's \`websocket\` block`,
    );
}
