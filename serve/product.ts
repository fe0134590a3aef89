/** A file of the built page, as it is kept in memory and sent. */
export interface PageFile {
  readonly type: string;
  /** A weak validator (RFC 9110, section 8.8.1), shared by all encodings. */
  readonly etag: string;
  /** Body by content encoding; `identity` always exists. */
  readonly bodies: Readonly<Record<string, ArrayBuffer>>;
}

/** Response to an unknown path: the page, a bare 404, or a 404 with `404.html` (wrangler.toml, `not_found_handling`). */
export type NotFound = "single-page-application" | "none" | "404-page";

/** A rate limiting binding of wrangler.toml. */
export interface LimiterRule {
  readonly limit: number;
  readonly periodS: number;
}

/** What the build passes to the code that runs in workerd. */
export interface Product {
  /** Files by URL path, such as `/index.html`. */
  readonly files: Readonly<Record<string, PageFile>>;
  readonly notFound: NotFound;
  /** Rate limiting bindings by name. */
  readonly limiters: Readonly<Record<string, LimiterRule>>;
}
