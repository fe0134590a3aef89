import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { RESULT_FILE } from "./test/summary.ts";

type Options = NonNullable<TestProjectInlineConfiguration["test"]>;

/** Node reads these tests' TypeScript itself, which is quicker than having Vite change it first. */
const NATIVE = { experimental: { viteModuleRunner: false, nodeLoader: false } } satisfies Options;

/**
 * What a test waits for has a limit of its own, whose error says what didn't come and what was there instead; these are
 * for what hangs without one.
 */
const HANGS = { testTimeout: 300_000, hookTimeout: 300_000 } satisfies Options;

/** For tests that are quick where nothing else keeps the machine busy. Each has something to expect: what only runs can't fail. */
const QUICK = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { requireAssertions: true },
} satisfies Options;

/** What each project that starts servers needs. */
const SERVERS = {
  ...NATIVE,
  ...HANGS,
  setupFiles: ["./test/support/setup/scan-answers.ts", "./test/support/setup/native-ed25519.ts"],
  globalSetup: ["./test/support/setup/find-nats-server.ts"],
} satisfies Options;

const PRODUCT = {
  ...SERVERS,
  globalSetup: [...SERVERS.globalSetup, "./test/support/setup/build-product.ts"],
} satisfies Options;

const BROWSER = {
  ...PRODUCT,
  globalSetup: [...PRODUCT.globalSetup, "./test/support/setup/find-browsers.ts"],
} satisfies Options;

/** The projects that run once more on the oldest release that is supported. */
const ON_2_9 = { env: { NATS_SERVER_VERSION: "2.9.10" } } satisfies Options;

/** Waits for a token's renewal most of a minute, so it is run beside others. */
const RENEWAL = "test/browser/token.test.ts";

/** What the simulator and a real nats-server do alike. */
const CONTRACT = "simulator/contract/**/*.test.ts";

/** What servers that attack the edge can do to it. */
const HOSTILE = "test/product/worker-hostile.test.ts";

/** Projects in the order of their turns: those of one turn share its workers, so that they run at the same time. */
const TURNS: readonly { readonly maxWorkers: number; readonly projects: readonly Options[] }[] = [
  {
    maxWorkers: 2,
    projects: [
      {
        ...QUICK,
        name: "unit",
        include: [
          "client/**/*.test.ts",
          "contract/**/*.test.ts",
          "dev/**/*.test.ts",
          "serve/**/*.test.ts",
          "simulator/**/*.test.ts",
          "site/**/*.test.{ts,tsx}",
          "test/unit/**/*.test.ts",
        ],
        // They hold a real nats-server to the same rules, in a project of their own.
        exclude: [CONTRACT, "**/node_modules/**"],
        setupFiles: ["./test/support/setup/imports-settle.ts"],
      },
      {
        ...QUICK,
        name: "worker",
        include: ["worker/**/*.test.ts"],
        // Most of what runs at the same time waits for a server that is silent.
        maxConcurrency: 20,
        setupFiles: ["./worker/scan-answers.ts"],
        globalSetup: ["./test/support/setup/worker-setup.ts"],
      },
    ],
  },
  {
    // They mostly wait, so that there are more than cores; the simulated lives take what the others leave.
    maxWorkers: 8,
    projects: [
      {
        ...NATIVE,
        name: "chaos",
        include: ["test/chaos/**/*.test.ts"],
        setupFiles: ["./test/support/setup/give-way.ts"],
        // The mutants of a file are played side by side.
        maxConcurrency: availableParallelism(),
        // They take what is left of the machine, which may be little.
        testTimeout: 1_500_000,
      },
      { ...BROWSER, name: "renewal", include: [RENEWAL] },
      { ...PRODUCT, name: "integration", include: ["test/integration/**/*.test.ts"] },
      { ...PRODUCT, ...ON_2_9, name: "integration-2.9.10", include: ["test/integration/**/*.test.ts"] },
      // What follows says the same on every nats-server: it is run once.
      { ...PRODUCT, name: "product", include: ["test/product/**/*.test.ts"], exclude: [HOSTILE] },
      { ...SERVERS, name: "contract", include: [CONTRACT] },
      { ...SERVERS, name: "storms", include: ["test/storm/**/*.test.ts"] },
      { ...SERVERS, name: "scenes", include: ["test/scenes/**/*.test.ts"] },
      { ...SERVERS, ...ON_2_9, name: "scenes-2.9.10", include: ["test/scenes/**/*.test.ts"] },
    ],
  },
  {
    // How soon things happen, and what a page paints in time, is what they check; a page waits for its server now and then.
    maxWorkers: 3,
    projects: [
      { ...PRODUCT, name: "hostile", include: [HOSTILE] },
      { ...BROWSER, name: "browser", include: ["test/browser/**/*.test.ts"], exclude: [RENEWAL] },
    ],
  },
];

/**
 * What begins first in its turn. Vitest goes by a project's name and a file's size: what takes long, or much of the
 * machine while others wait, would begin last and end its turn alone.
 */
const FIRST =
  /\/test\/(chaos|scenes|product|storm)\/|\/(observatory|token|client-sequence|client-silence|client-handover|sequence-streams|jwt|screens|toggle|toggle-connecting|sleep|walk|firefox|memory|banner|bad-path)\.test\.ts$/;

class FirstThingsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isFirst = ({ moduleId }: TestSpecification): boolean => FIRST.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isFirst), ...sorted.filter((file) => !isFirst(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: FirstThingsFirst },
    reporters: ["default", ["json", { outputFile: RESULT_FILE }]],
    projects: TURNS.flatMap(({ maxWorkers, projects }, turn) =>
      projects.map((options) => ({
        plugins:
          options.name === "worker" ? [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })] : [],
        // A process takes one file after the other: starting one for each, and loading in it what all of them need,
        // took longer than most of the tests.
        test: {
          ...options,
          isolate: false,
          maxWorkers,
          sequence: { groupOrder: turn + 1 },
          // The machine may be busy: a second, as it is without this, is no time.
          expect: { ...options.expect, poll: { timeout: 30_000 } },
        },
      })),
    ),
  },
});
