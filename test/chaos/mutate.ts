import { registerHooks } from "node:module";
import type { Mutation } from "./threads.ts";

/**
 * Changes a source file of the client while it is loaded, in this thread only.
 * @throws Error if the file doesn't contain the text exactly once
 */
export function mutate({ file, text, replacement }: Mutation): void {
  const ending = `/client/${file}`;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(ending)) return loaded;
      const source = String(loaded.source);
      if (source.split(text).length !== 2)
        throw new Error(`${file} must contain this text exactly once: ${text}`);
      return { ...loaded, source: source.replace(text, () => replacement) };
    },
  });
}
