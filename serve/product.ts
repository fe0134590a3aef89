/** What a file of the built page is, as it is kept in memory and sent. */
export interface PageFile {
  readonly type: string;
  /** Weak (RFC 9110, section 8.8.1): the same for each encoding. */
  readonly etag: string;
  /** By content encoding; `identity` is always there. */
  readonly bodies: Readonly<Record<string, ArrayBuffer>>;
}

/** What a path that isn't there gets: the page, 404, or 404 with the file `404.html` (wrangler.toml, `not_found_handling`). */
export type NotFound = "single-page-application" | "none" | "404-page";

/** What wrangler.toml says of a rate limiting binding. */
export interface LimiterRule {
  readonly limit: number;
  readonly periodS: number;
}

/** What the build tells the code that runs in workerd. */
export interface Product {
  /** By their paths from the page's root, such as `/index.html`. */
  readonly files: Readonly<Record<string, PageFile>>;
  readonly notFound: NotFound;
  /** The rate limiting bindings by name. */
  readonly limiters: Readonly<Record<string, LimiterRule>>;
}
