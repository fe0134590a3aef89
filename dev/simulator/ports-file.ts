import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Simulator } from "./simulator.ts";

/** Writes the file by which a harness learns the ports (`ports_file_dir`); the returned function takes it away. */
export function writePortsFile(dir: string, { tcpUrl, webSocketUrl, monitorUrl }: Simulator): () => void {
  // A harness looks for nats-server's own name, with the process's id in it.
  const path = join(dir, `nats-server_${process.pid}.ports`);
  const ports = { nats: [tcpUrl], monitoring: present(monitorUrl), websocket: present(webSocketUrl) };
  writeFileSync(path, JSON.stringify(ports));
  return () => rmSync(path, { force: true });
}

function present(url: string): string[] | undefined {
  return url === "" ? undefined : [url];
}
