/** Nobody's address: what is kept under it is never served to anybody by itself. */
const BASE = "https://mycelium.invalid/";

/**
 * What the worker's isolates of one data centre share, in the Cache API. Where there is none, or it fails, nothing
 * is found and nothing is kept: that only costs a question more.
 */
export const edgeCache = {
  /** The value that was kept under this name; undefined when there is none. */
  async get(name: string): Promise<unknown> {
    try {
      const found = await caches.default.match(BASE + encodeURIComponent(name));
      return await found?.json();
    } catch {
      return undefined;
    }
  },

  /** Keeps plain data for some seconds. */
  async put(name: string, value: unknown, forS: number): Promise<void> {
    try {
      const headers = { "Cache-Control": `public, max-age=${forS}` };
      await caches.default.put(BASE + encodeURIComponent(name), Response.json(value, { headers }));
    } catch {
      // As if there were no cache.
    }
  },
};
