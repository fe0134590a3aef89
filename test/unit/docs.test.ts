/** Files and commands that documents and comments name exist, and CI or a test runs each command. */
import { existsSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../support/tools/cache.ts";
import { commentsOf, repositoryFiles, textOf } from "../support/tools/texts.ts";

const files = repositoryFiles().filter((path) => existsSync(join(ROOT, path)));
const names = new Set(files.map((path) => basename(path)));
const folders = new Set(files.flatMap((path) => parents(path)));
const documents = files.filter((path) => path.endsWith(".md"));
const sources = files.filter((path) => /\.(tsx?|css)$/.test(path));

function parents(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === "." ? [] : [folder, ...parents(folder)];
}

/** The name of a file of ours, with or without a folder. Go and JavaScript files belong to other projects. */
const FILE =
  /(?<![\w./@:*$-])(?:\.{1,2}\/)*((?:[\w.-]+\/)*[\w-][\w.-]*\.(?:tsx?|md|jsonc?|ya?ml|toml|css|py|sh))(?![\w/*-])/g;

/** Names in documents of generated files and of other projects' files. */
const NOT_OURS = new Set([
  "snippet.py",
  // nats-server's list of error codes, esbuild's metafile.
  ...["server/errors.json", "meta.json"],
]);

/** Whether a name refers to a file: from the root, from the document's folder or a parent, or by its base name. */
function isThere(name: string, from: string): boolean {
  if (!name.includes("/")) return names.has(name);
  const places = ["", dirname(from), ...parents(from)];
  return places.some((place) => existsSync(join(ROOT, normalize(join(place, name)))));
}

/** GitHub's anchors for a document's headings. */
const anchorsOf = (path: string): readonly string[] =>
  [...textOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

const gone = (text: string, from: string): readonly string[] =>
  [...text.matchAll(FILE)]
    .map(([, name = ""]) => name)
    .filter((name) => !NOT_OURS.has(name) && !/^(build|dist|data|nats|\.cache)\//.test(name))
    .filter((name) => !isThere(name, from));

describe("files that are named", () => {
  test("in a document exist", () => {
    const found = documents.flatMap((path) => gone(textOf(path), path).map((name) => `${path}: ${name}`));
    expect(found).toEqual([]);
  });

  test("in a document's links exist, from its folder, with the heading", () => {
    const found = documents.flatMap((path) =>
      [...textOf(path).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
        .filter(([, name = "", anchor]) => {
          const target = name === "" ? path : normalize(join(dirname(path), name));
          return (
            !existsSync(join(ROOT, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
          );
        })
        .map(([link]) => `${path}: ${link}`),
    );
    expect(found).toEqual([]);
  });

  test("in a comment exist", () => {
    const found = sources.flatMap((path) =>
      commentsOf(path).flatMap((comment) => gone(comment, path).map((name) => `${path}: ${name}`)),
    );
    expect(found).toEqual([]);
  });

  test("as folders in a document exist", () => {
    const found = documents.flatMap((path) =>
      [...textOf(path).matchAll(/`((?:[\w.-]+\/)+)`/g)]
        .map(([, name = ""]) => name.slice(0, -1))
        .filter((name) => !/^(build|dist|data|nats|\.cache)(\/|$)/.test(name))
        .filter((name) => ![...folders].some((folder) => folder === name || folder.endsWith(`/${name}`)))
        .map((name) => `${path}: ${name}/`),
    );
    expect(found).toEqual([]);
  });

  test.each([
    ["docs/architecture.md", true],
    ["docs/nowhere.md", false],
    ["nowhere.test.ts", false],
    ["nats-server's `server/errors.go`", true],
  ])("%s passes the check: %s", (text, expected) => {
    expect(gone(`see ${text}, please.`, "README.md").length === 0).toBe(expected);
  });
});

/** For each script, a file that runs it and the text in that file that does so. */
const RUN_BY: Readonly<Record<string, readonly [file: string, says: string]>> = {
  start: ["test/product/start.test.ts", "npm"],
  serve: ["test/product/self-hosting.test.ts", "npm run serve"],
  dev: ["test/product/dev.test.ts", "dev/dev.ts"],
  setup: ["test/integration/setup.test.ts", "npm run --silent setup"],
  deploy: ["test/product/worker-deploy.test.ts", "deploy"],
  simulator: ["test/support/servers/simulator.ts", "simulator/main.ts"],
  build: ["package.json", "npm run build &&"],
  types: ["package.json", "npm run types &&"],
  lint: ["package.json", "npm run lint &&"],
  test: [".ci/run", "npm ci && npm test"],
  chaos: ["test/chaos/chaos.test.ts", "test/chaos/main.ts"],
  schemathesis: [".ci/run", "npm run --silent schemathesis"],
  screenshots: [".github/workflows/ci.yml", "npm run screenshots"],
  // Too slow for each change: their parts are tested, and their figures are committed.
  bench: ["test/product/scripts.test.ts", "bench"],
  "chaos:real": ["test/product/scripts.test.ts", "chaos:real"],
  scale: ["test/product/scripts.test.ts", "scale"],
  format: ["test/product/scripts.test.ts", "format"],
  "types:bindings": ["test/product/worker-deploy.test.ts", `"types", "--check"`],
};

describe("commands", () => {
  test("of CI run on each push and pull request and before a deploy, in the dev container's image", () => {
    const { on, jobs } = parse(textOf(".github/workflows/ci.yml")) as {
      on: object;
      jobs: Record<string, { container?: string; steps: { run?: string }[] }>;
    };
    expect(Object.keys(on)).toEqual(["push", "pull_request", "workflow_call"]);
    expect(jobs.test?.steps.map(({ run }) => run)).toContain(".ci/run");
    expect(jobs.pictures?.steps.map(({ run }) => run)).toContain("npm run screenshots");
    const { image } = JSON.parse(textOf(".devcontainer/devcontainer.json")) as { image: string };
    expect([jobs.test?.container, jobs.pictures?.container]).toEqual([image, image]);
    expect(parse(textOf(".github/workflows/deploy.yml"))).toMatchObject({
      jobs: { ci: { uses: "./.github/workflows/ci.yml" }, deploy: { needs: "ci" } },
    });
  });

  const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };

  test("in every document are scripts of package.json", () => {
    const found = documents.flatMap((path) =>
      [...textOf(path).matchAll(/\bnpm (?:run (?:--silent )?)?([a-z][\w:-]*)/g)]
        .filter(
          ([command, name = ""]) => !(name in scripts) && !/^npm (?:ci|install|audit|pack)$/.test(command),
        )
        .map(([command]) => `${path}: ${command}`),
    );
    expect(found).toEqual([]);
  });

  test.each(Object.keys(scripts))("npm run %s is run by CI or a test", (name) => {
    const [file, says] = RUN_BY[name] ?? ["", ""];
    expect(file).not.toBe("");
    expect(textOf(file)).toContain(says);
  });
});
