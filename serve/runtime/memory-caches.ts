/** So many answers are kept; the one that was put first goes first. */
const MAX_ENTRIES = 256;
/** A body that is larger isn't kept, bytes. */
const MAX_BODY_BYTES = 1_000_000;

interface Entry {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ArrayBuffer;
  readonly endsAtMs: number;
}

/** One cache of the Cache API, in the memory of this process: an answer is kept as long as its `Cache-Control` says. */
class MemoryCache {
  readonly #entries = new Map<string, Entry>();

  /** The kept answer to a GET of this address; undefined when there is none, or it is too old. */
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

  /** Keeps a copy of an answer; one without a lifetime isn't kept. */
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

  /** Whether there was something to delete. */
  async delete(request: Request | string | URL): Promise<boolean> {
    const key = keyOf(request);
    return key !== null && this.#entries.delete(key);
  }
}

/** The Cache API's `caches`: workerd leaves it to whoever runs it. */
export class MemoryCaches {
  readonly default = new MemoryCache();
  readonly #named = new Map<string, MemoryCache>();

  /** The cache of this name; made when it is opened first. */
  async open(name: string): Promise<MemoryCache> {
    const cache = this.#named.get(name) ?? new MemoryCache();
    this.#named.set(name, cache);
    return cache;
  }
}

/** Only answers to GET are cached. */
function keyOf(request: Request | string | URL): string | null {
  const { method, url } = request instanceof Request ? request : new Request(request);
  return method === "GET" ? url : null;
}

/** How long a shared cache may keep it, seconds; 0 when it may not (RFC 9111, section 5.2.2). */
function lifetimeOf(cacheControl: string): number {
  if (/\b(?:no-store|private|no-cache)\b/.test(cacheControl)) return 0;
  const [, seconds] = /\bs-maxage=(\d+)/.exec(cacheControl) ?? /\bmax-age=(\d+)/.exec(cacheControl) ?? [];
  return Number(seconds ?? 0);
}
