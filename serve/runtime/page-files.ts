import type { NotFound, PageFile } from "../product.ts";

/** In order of preference. */
const ENCODINGS = ["br", "gzip"] as const;

/** The `ASSETS` binding: serves the built page from memory as Cloudflare's static assets would. */
export class PageFiles {
  readonly #files: ReadonlyMap<string, PageFile>;
  readonly #notFound: NotFound;

  /** @param files by URL path, such as `/index.html` */
  constructor(files: ReadonlyMap<string, PageFile>, notFound: NotFound) {
    this.#files = files;
    this.#notFound = notFound;
  }

  /** Answers GET and HEAD. */
  async fetch(input: Request | string | URL): Promise<Response> {
    const request = input instanceof Request ? input : new Request(input);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
    }
    const { pathname, search } = new URL(request.url);
    // As at Cloudflare, the page has one address.
    if (pathname === "/index.html") {
      return new Response(null, { status: 307, headers: { Location: `/${search}` } });
    }
    const found = this.#files.get(pathname === "/" ? "/index.html" : pathname);
    if (found !== undefined) return send(request, found);
    const fallback = this.#files.get("/index.html");
    if (this.#notFound === "single-page-application" && fallback !== undefined) {
      return send(request, fallback);
    }
    const page = this.#notFound === "404-page" ? this.#files.get("/404.html") : undefined;
    return page === undefined ? new Response(null, { status: 404 }) : send(request, page, 404);
  }
}

function send(request: Request, { type, etag, bodies }: PageFile, status = 200): Response {
  const headers = new Headers({
    ETag: etag,
    "Cache-Control": "public, max-age=0, must-revalidate",
    Vary: "Accept-Encoding",
  });
  if (status === 200 && matches(request.headers.get("If-None-Match"), etag)) {
    return new Response(null, { status: 304, headers });
  }
  headers.set("Content-Type", type);
  const accepted = acceptedEncodings(request.headers.get("Accept-Encoding"));
  const encoding = ENCODINGS.find((one) => accepted.has(one) && one in bodies);
  if (encoding !== undefined) headers.set("Content-Encoding", encoding);
  const body = bodies[encoding ?? "identity"] ?? null;
  headers.set("Content-Length", String(body?.byteLength ?? 0));
  return new Response(request.method === "HEAD" ? null : body, { status, headers, encodeBody: "manual" });
}

/** Whether `If-None-Match` matches the ETag by weak comparison (RFC 9110, section 13.1.2). */
function matches(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, "");
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || opaque(tag) === opaque(etag));
}

/** The encodings in `Accept-Encoding`, without those refused by `q=0` (RFC 9110, section 12.5.3). */
function acceptedEncodings(header: string | null): ReadonlySet<string> {
  const entries = (header ?? "").toLowerCase().split(",");
  return new Set(
    entries.flatMap((entry) => {
      const [name = "", ...parameters] = entry.split(";").map((part) => part.trim());
      return parameters.some((one) => /^q=0(?:\.0*)?$/.test(one)) ? [] : [name];
    }),
  );
}
