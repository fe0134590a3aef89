import { readFlags } from "./flags.ts";
import { startSimulator } from "./simulator.ts";

try {
  const { options } = readFlags(process.argv.slice(2));
  const simulator = await startSimulator(options);
  for (const [what, url] of Object.entries({
    client: simulator.tcpUrl,
    websocket: simulator.webSocketUrl,
    monitor: simulator.monitorUrl,
  })) {
    if (url !== "") process.stderr.write(`[INF] Listening for ${what} connections on ${url}\n`);
  }
  process.stderr.write("[INF] Server is ready\n");
  const stop = async (): Promise<void> => {
    await simulator.stop();
    process.exit(0);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  process.stderr.write(`simulator: ${(error as Error).message}\n`);
  process.exit(1);
}
