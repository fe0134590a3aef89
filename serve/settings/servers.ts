import { readConfig, type Settings } from "../../worker/config.ts";
import { isRawNatsPort } from "./raw-nats.ts";

/** Problems with NATS_URL that only a connection reveals: a server's plain TCP port. */
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
