import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseAst } from "vite";
import { ROOT } from "./tools/cache.ts";

/** One import, re-export, `import()` or `import("…").Type` in a file. */
export interface Import {
  /** The file that imports, from the root. */
  readonly from: string;
  /** The file that is imported, from the root, or a package's name as written. */
  readonly to: string;
  readonly isTypeOnly: boolean;
}

/** A source file with its imports. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly Import[];
  /** Whether it does nothing but pass on what other files export. */
  readonly isBarrel: boolean;
}

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Parses every TypeScript file of a room, its tests and what they stand on left out. */
export function sourceFiles(room: string): readonly SourceFile[] {
  return globSync(`${room}/**/*.{ts,tsx}`, { cwd: ROOT })
    .filter((path) => !/node_modules|^simulator\/contract\/|\.test\.tsx?$/.test(path))
    .map((path) => parseSource(path, readFileSync(join(ROOT, path), "utf8")));
}

/** Parses one file's text. */
export function parseSource(path: string, text: string): SourceFile {
  const program = parseAst(text, { lang: path.endsWith("x") ? "tsx" : "ts" }) as unknown as Node;
  const body = program.body as readonly Node[];
  return {
    path,
    imports: [...importNodes(program)].map((node) => toImport(path, node)),
    isBarrel:
      body.length > 0 && body.every(({ type, source }) => type.startsWith("Export") && Boolean(source)),
  };
}

function* importNodes(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* importNodes(item);
  else if (isNode(value)) {
    if (IMPORTING.has(value.type) && value.source) yield value;
    for (const field of Object.values(value)) yield* importNodes(field);
  }
}

const IMPORTING = new Set([
  "ImportDeclaration",
  "ExportAllDeclaration",
  "ExportNamedDeclaration",
  "ImportExpression",
  "TSImportType",
]);

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

function toImport(from: string, node: Node): Import {
  const source = node.source as { readonly value?: unknown };
  // An import whose target is computed can't be checked, so it is treated as a forbidden one.
  const target = typeof source.value === "string" ? source.value : "(computed)";
  const to = target.startsWith(".") ? relative(ROOT, join(ROOT, dirname(from), target)) : target;
  return { from, to, isTypeOnly: isTypeOnly(node) };
}

function isTypeOnly(node: Node): boolean {
  if (node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type") return true;
  const specifiers = (node.specifiers ?? []) as readonly Node[];
  return (
    specifiers.length > 0 && specifiers.every((one) => one.importKind === "type" || one.exportKind === "type")
  );
}

/** The first circle of imports among the files, as the paths along it, or null. */
export function findCircle(files: readonly SourceFile[]): readonly string[] | null {
  const targets = new Map(files.map(({ path, imports }) => [path, imports.map(({ to }) => to)]));
  const finished = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (finished.has(path)) return null;
    for (const target of targets.get(path) ?? []) {
      const circle = visit(target, [...trail, path]);
      if (circle !== null) return circle;
    }
    finished.add(path);
    return null;
  };
  for (const { path } of files) {
    const circle = visit(path, []);
    if (circle !== null) return circle;
  }
  return null;
}
