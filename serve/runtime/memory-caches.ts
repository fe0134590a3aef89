/** Responses kept per cache; the oldest is evicted first. */
const MAX_ENTRIES = 256;
/** Largest body that is cached. */
const MAX_BODY_BYTES = 1_000_000;

interface Entry {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ArrayBuffer;
  readonly endsAtMs: number;
}

/** A cache of the Cache API in memory: keeps a response for the lifetime in its `Cache-Control`. */
class MemoryCache {
  readonly #entries = new Map<string, Entry>();

  /** The cached response to a GET of this URL; undefined when there is none or it has expired. */
  async match(request: Request | string | URL): Promise<Response | undefined> {
    const key = keyOf(request);
    const entry = key === null ? undefined : this.#entries.get(key);
    if (key === null || entry === undefined) return undefined;
    if (entry.endsAtMs <= Date.now()) {
      this.#entries.delete(key);
      return undefined;
    }
    return new Response(entry.body, {
      status: entry.status,
      headers: entry.headers.map(([name, value]) => [name, value]),
    });
  }

  /** Stores a copy of a response, unless it has no lifetime or its body is too large. */
  async put(request: Request | string | URL, response: Response): Promise<void> {
    const key = keyOf(request);
    const lifetimeS = lifetimeOf(response.headers.get("Cache-Control") ?? "");
    const body = await response.arrayBuffer();
    if (key === null || lifetimeS === 0 || body.byteLength > MAX_BODY_BYTES) return;
    this.#entries.delete(key);
    this.#entries.set(key, {
      status: response.status,
      headers: [...response.headers],
      body,
      endsAtMs: Date.now() + lifetimeS * 1000,
    });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
  }

  /** Returns whether there was an entry to delete. */
  async delete(request: Request | string | URL): Promise<boolean> {
    const key = keyOf(request);
    return key !== null && this.#entries.delete(key);
  }
}

/** The global `caches` of the Cache API, which workerd leaves to its embedder. */
export class MemoryCaches {
  readonly default = new MemoryCache();
  readonly #named = new Map<string, MemoryCache>();

  /** The cache of this name, created on first use. */
  async open(name: string): Promise<MemoryCache> {
    const cache = this.#named.get(name) ?? new MemoryCache();
    this.#named.set(name, cache);
    return cache;
  }
}

/** Cache key of a request; null when it isn't a GET, because only responses to GET are cached. */
function keyOf(request: Request | string | URL): string | null {
  const { method, url } = request instanceof Request ? request : new Request(request);
  return method === "GET" ? url : null;
}

/** Seconds for which a shared cache may keep a response; 0 when it may not (RFC 9111, section 5.2.2). */
function lifetimeOf(cacheControl: string): number {
  if (/\b(?:no-store|private|no-cache)\b/.test(cacheControl)) return 0;
  const [, seconds] = /\bs-maxage=(\d+)/.exec(cacheControl) ?? /\bmax-age=(\d+)/.exec(cacheControl) ?? [];
  return Number(seconds ?? 0);
}
