import { chmod, lstat, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** Prefix of the folders in which a product is built, and of the replaced products until they are removed. */
const NAME = "build.next-";

/** Age from which a build folder counts as abandoned. A process id wouldn't show it: containers have ids of their own. */
const LEFT_OVER_MS = 3_600_000;

/** Creates a folder beside the product for the next build, and removes the folders of interrupted builds. */
export async function nextFolder(root: string): Promise<string> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(NAME)) continue;
    const state = await lstat(join(root, name)).catch(() => null);
    if (state !== null && state.mtimeMs < Date.now() - LEFT_OVER_MS) await removeNext(join(root, name));
  }
  const folder = await mkdtemp(join(root, NAME));
  // mkdtemp makes it private, but another user may run the product.
  await chmod(folder, 0o755);
  return folder;
}

/** Swaps the finished build `next` into `place`. */
export async function replace(next: string, place: string): Promise<void> {
  const earlier = `${next}.earlier`;
  await mkdir(place, { recursive: true });
  await rename(place, earlier);
  await rename(next, place);
  await removeNext(earlier);
}

/** Removes a build folder. Ignores failures: a folder that another user left must not prevent a build. */
export async function removeNext(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

/** `Promise.all` that settles only when every step has ended: a step still running would recreate the removed folder. */
export async function allEnded<T>(steps: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(steps);
  return Promise.all(steps);
}
