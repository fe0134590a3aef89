import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** What the folders are called in which a product is made: by the number of the process that makes it. */
const NEXT = /^build\.next-(\w+)/;

/** Makes a folder beside the product for the next one, and removes those of builds that were broken off. */
export async function nextFolder(root: string): Promise<string> {
  for (const name of await readdir(root)) {
    const [, pid] = NEXT.exec(name) ?? [];
    if (pid !== undefined && !isAnothers(Number(pid)))
      await rm(join(root, name), { recursive: true, force: true });
  }
  const folder = join(root, `build.next-${process.pid}`);
  await mkdir(folder);
  // Whoever runs the product need not be who built it.
  await chmod(folder, 0o755);
  return folder;
}

/** Whether another process is at work that has this number. */
function isAnothers(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
