import { describe, expect, test } from "vitest";
import { findCircle, type Import, parseSource, type SourceFile, sourceFiles } from "../support/imports.ts";

const ROOMS = ["client", "contract", "worker", "site", "serve", "simulator", "dev"] as const;
type Room = (typeof ROOMS)[number];

const files = Object.fromEntries(ROOMS.map((room) => [room, sourceFiles(room)])) as Record<
  Room,
  readonly SourceFile[]
>;
const importsOf = (room: Room): readonly Import[] => files[room].flatMap(({ imports }) => imports);
/** A package's files may look like a room's: only the project's own folders are rooms. */
const roomOf = ({ to }: Import): string | null => {
  const [folder = ""] = to.split("/");
  return /\.(tsx?|css|svg|json)/.test(to) && [...ROOMS, "test"].includes(folder) ? folder : null;
};
const crossing = (room: Room): readonly Import[] =>
  importsOf(room).filter((one) => roomOf(one) !== null && roomOf(one) !== room);
const shown = (imports: readonly Import[]): string[] => imports.map(({ from, to }) => `${from} -> ${to}`);
describe("the import rules of architecture.md", () => {
  test.each(ROOMS)("%s/ has source files to check", (room) => {
    expect(files[room].length).toBeGreaterThan(0);
  });

  test("client/ imports nothing but nats.ws and itself", () => {
    const foreign = importsOf("client").filter(
      (one) => one.to !== "nats.ws" && !one.to.startsWith("client/"),
    );
    expect(shown(foreign)).toEqual([]);
  });

  test("contract/ imports nothing but valibot, the names of faults and itself", () => {
    const foreign = importsOf("contract").filter(
      ({ to }) => !["valibot", "client/faults/index.ts"].includes(to) && !to.startsWith("contract/"),
    );
    expect(shown(foreign)).toEqual([]);
  });

  // The worker needs the names of faults and how to read a handshake, and no client.
  test.each([
    ["site", "client/index.ts"],
    ["worker", "client/faults/index.ts"],
  ] as const)("%s/ imports contract/, and %s, and no other room", (room, face) => {
    const wrong = crossing(room).filter(({ to }) => to !== face && !to.startsWith("contract/"));
    expect(shown(wrong)).toEqual([]);
  });

  // A bad environment is refused with the worker's own check: it is written once.
  test("serve/ imports of worker/ only its check of the environment, and no other room", () => {
    expect(shown(crossing("serve").filter(({ to }) => to !== "worker/config.ts"))).toEqual([]);
  });

  test("simulator/ imports no other room", () => {
    expect(shown(crossing("simulator"))).toEqual([]);
  });

  test("dev/ imports simulator/, serve/ and contract/, client/ as types only, and of worker/ only its check of the environment", () => {
    const wrong = crossing("dev").filter(
      (one) =>
        !(one.to === "client/index.ts" && one.isTypeOnly) &&
        one.to !== "worker/config.ts" &&
        !/^(?:simulator|serve|contract)\//.test(one.to),
    );
    expect(shown(wrong)).toEqual([]);
  });

  test("what runs in a browser imports no Node module", () => {
    const node = [...importsOf("client"), ...importsOf("contract"), ...importsOf("site")].filter(({ to }) =>
      to.startsWith("node:"),
    );
    expect(shown(node)).toEqual([]);
  });

  test("what runs in workerd around the worker imports no Node module", () => {
    const inWorkerd = importsOf("serve").filter(({ from }) => from.startsWith("serve/runtime/"));
    expect(inWorkerd.length).toBeGreaterThan(0);
    expect(shown(inWorkerd.filter(({ to }) => to.startsWith("node:")))).toEqual([]);
  });

  test("there is no circle of imports, types included", () => {
    expect(
      findCircle([
        ...files.client,
        ...files.contract,
        ...files.worker,
        ...files.site,
        ...files.serve,
        ...files.dev,
      ]),
    ).toBeNull();
  });

  test("only an index.ts does nothing but pass on", () => {
    const barrels = ROOMS.flatMap((room) => files[room]).filter(({ isBarrel }) => isBarrel);
    expect(barrels.map(({ path }) => path).filter((path) => !path.endsWith("/index.ts"))).toEqual([]);
    expect(barrels.map(({ path }) => path)).toContain("client/index.ts");
  });
});

describe("the reader of imports", () => {
  const read = (text: string) => parseSource("a/b.ts", text).imports;

  test.each([
    ['import { x } from "../c/d.ts";', "c/d.ts", false],
    ['import "../c/d.ts";', "c/d.ts", false],
    ['import type { X } from "../c/d.ts";', "c/d.ts", true],
    ['import { type X, type Y } from "../c/d.ts";', "c/d.ts", true],
    ['import { type X, y } from "../c/d.ts";', "c/d.ts", false],
    ['export * from "../c/d.ts";', "c/d.ts", false],
    ['export { type X } from "../c/d.ts";', "c/d.ts", true],
    ['const m = await import("./e.ts");', "a/e.ts", false],
    ['let x: import("./e.ts").X;', "a/e.ts", true],
    ["const m = await import(name);", "(computed)", false],
    ['import { connect } from "nats.ws";', "nats.ws", false],
  ])("reads %s", (text, to, isTypeOnly) => {
    expect(read(text)).toEqual([{ from: "a/b.ts", to, isTypeOnly }]);
  });

  test("is not misled by strings and comments", () => {
    expect(read('// import "x"\nconst text = \'import "y"\';')).toEqual([]);
  });

  test("finds a circle through other files", () => {
    const circle = [
      parseSource("a/1.ts", 'import "./2.ts";'),
      parseSource("a/2.ts", 'import type { X } from "./3.ts";'),
      parseSource("a/3.ts", 'export * from "./2.ts";'),
    ];
    expect(findCircle(circle)).toEqual(["a/2.ts", "a/3.ts", "a/2.ts"]);
    expect(findCircle(circle.slice(0, 2))).toBeNull();
  });
});
