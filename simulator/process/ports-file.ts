import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Simulator } from "../simulator.ts";
import { knownProcessIds } from "./npm-wrapper.ts";

/** Writes the file from which a harness reads the ports (`ports_file_dir`); the returned function removes it. */
export function writePortsFile(
  dir: string,
  { tcpUrl, webSocketUrl, monitorUrl, leafNodeUrl }: Simulator,
): () => void {
  const ports = {
    nats: [tcpUrl],
    monitoring: present(monitorUrl),
    websocket: present(webSocketUrl),
    leafnodes: present(leafNodeUrl),
  };
  const paths = knownProcessIds().map((id) => join(dir, `nats-server_${id}.ports`));
  for (const path of paths) writeFileSync(path, JSON.stringify(ports));
  return () => {
    for (const path of paths) rmSync(path, { force: true });
  };
}

function present(url: string): string[] | undefined {
  return url === "" ? undefined : [url];
}
