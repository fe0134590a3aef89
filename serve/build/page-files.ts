import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants as zlib } from "node:zlib";
import { getMimeType } from "hono/utils/mime";
import { allEnded } from "./next-folder.ts";

/** A file of the page, stored as it is and in every encoding that makes it smaller. */
export interface BuiltFile {
  /** URL path, such as `/assets/index.js`. */
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  /** File of each content encoding, relative to the product's folder. */
  readonly bodies: Readonly<Record<string, string>>;
}

/** Asynchronous, so that a Ctrl-C is handled during compression. */
const [inBrotli, inGzip] = [promisify(brotliCompress), promisify(gzip)];

/**
 * Copies the page in `from` into `folder`/page, with compressed copies where these are smaller.
 * @throws Error for a file of unknown type
 */
export function buildPageFiles(from: string, folder: string): Promise<readonly BuiltFile[]> {
  const entries = readdirSync(from, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(from, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
  return allEnded(names.map((name) => buildFile(join(from, name), name, folder)));
}

async function buildFile(file: string, name: string, folder: string): Promise<BuiltFile> {
  const type = getMimeType(name);
  if (type === undefined)
    throw new Error(`${name} has an unknown file type: rename it with a known extension`);
  const content = readFileSync(file);
  const encodings: Record<string, Buffer> = { identity: content };
  if (/^text\/|json|javascript|svg/.test(type)) {
    encodings.gzip = await inGzip(content, { level: 9 });
    encodings.br = await inBrotli(content, {
      params: { [zlib.BROTLI_PARAM_QUALITY]: zlib.BROTLI_MAX_QUALITY },
    });
  }
  const bodies: Record<string, string> = {};
  for (const [encoding, body] of Object.entries(encodings)) {
    if (encoding !== "identity" && body.length >= content.length) continue;
    const path = `page/${name}${encoding === "identity" ? "" : `.${encoding}`}`;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
    bodies[encoding] = path;
  }
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 32);
  return { path: `/${name}`, type, etag: `W/"${hash}"`, bodies };
}
