import { chmod, lstat, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** What the folders are called in which a product is made, and those whose place it has taken. */
const NAME = "build.next-";

/** No build takes so long. Its process's number would say less: it means another one in a container that shares the folder. */
const LEFT_OVER_MS = 3_600_000;

/** Makes a folder beside the product for the next one, and removes those of builds that were broken off. */
export async function nextFolder(root: string): Promise<string> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(NAME)) continue;
    const state = await lstat(join(root, name)).catch(() => null);
    if (state !== null && state.mtimeMs < Date.now() - LEFT_OVER_MS) await removeNext(join(root, name));
  }
  const folder = await mkdtemp(join(root, NAME));
  // Whoever runs the product need not be who built it.
  await chmod(folder, 0o755);
  return folder;
}

/** Puts the product in its place. */
export async function replace(next: string, place: string): Promise<void> {
  const earlier = `${next}.earlier`;
  await mkdir(place, { recursive: true });
  await rename(place, earlier);
  await rename(next, place);
  await removeNext(earlier);
}

/** Removes such a folder. What can't be removed, as after a build of another user, is no reason not to build. */
export async function removeNext(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

/** As `Promise.all`, and settles when each has ended: one that went on after another had failed would make the folder anew. */
export async function allEnded<T>(steps: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(steps);
  return Promise.all(steps);
}
