import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { RESULT_FILE } from "./test/summary.ts";

type Options = NonNullable<TestProjectInlineConfiguration["test"]>;

/** Node strips the types of these tests itself, which is faster than a transform by Vite. */
const NATIVE = { experimental: { viteModuleRunner: false, nodeLoader: false } } satisfies Options;

/**
 * Limits for tests that hang. Each wait inside a test has a shorter limit of its own, whose error says what was expected
 * and what was there instead.
 */
const HANG_LIMITS = { testTimeout: 300_000, hookTimeout: 300_000 } satisfies Options;

/** For tests that are quick on an idle machine. Each must make an assertion, so that it can fail. */
const QUICK = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { requireAssertions: true },
} satisfies Options;

/** For projects that start servers. */
const SERVERS = {
  ...NATIVE,
  ...HANG_LIMITS,
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

/** Runs a project again on the oldest supported release of nats-server. */
const ON_2_9 = { env: { NATS_SERVER_VERSION: "2.9.10" } } satisfies Options;

/** Waits almost a minute for the renewal of a token, so it runs beside other tests. */
const RENEWAL = "test/browser/token.test.ts";

/** Rules that the simulator and a real nats-server must both keep. */
const CONTRACT = "simulator/contract/**/*.test.ts";

/** Probes of hostile servers by the worker. */
const HOSTILE = "test/product/worker-hostile.test.ts";

/** Projects by turn. Turns run one after the other; the projects of a turn run at the same time and share its workers. */
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
        // The contract also runs against a real nats-server, so it is a project of its own.
        exclude: [CONTRACT, "**/node_modules/**"],
        setupFiles: ["./test/support/setup/imports-settle.ts"],
      },
      {
        ...QUICK,
        name: "worker",
        include: ["worker/**/*.test.ts"],
        // Most of the tests wait for a silent server, so many can run at the same time.
        maxConcurrency: 20,
        setupFiles: ["./worker/scan-answers.ts"],
        globalSetup: ["./test/support/setup/worker-setup.ts"],
      },
    ],
  },
  {
    // More workers than cores, because these tests mostly wait. The chaos tests use the time that the others leave.
    maxWorkers: 8,
    projects: [
      {
        ...NATIVE,
        name: "chaos",
        include: ["test/chaos/**/*.test.ts"],
        setupFiles: ["./test/support/setup/give-way.ts"],
        // The mutants of a file run at the same time.
        maxConcurrency: availableParallelism(),
        // Long, because these tests run at low priority.
        testTimeout: 1_500_000,
      },
      { ...BROWSER, name: "renewal", include: [RENEWAL] },
      { ...PRODUCT, name: "integration", include: ["test/integration/**/*.test.ts"] },
      { ...PRODUCT, ...ON_2_9, name: "integration-2.9.10", include: ["test/integration/**/*.test.ts"] },
      // The projects below don't depend on the release of nats-server, so they run once.
      { ...PRODUCT, name: "product", include: ["test/product/**/*.test.ts"], exclude: [HOSTILE] },
      { ...SERVERS, name: "contract", include: [CONTRACT] },
      { ...SERVERS, name: "storms", include: ["test/storm/**/*.test.ts"] },
      { ...SERVERS, name: "scenes", include: ["test/scenes/**/*.test.ts"] },
      { ...SERVERS, ...ON_2_9, name: "scenes-2.9.10", include: ["test/scenes/**/*.test.ts"] },
    ],
  },
  {
    // Few workers, because these tests check timing and painting. One more than cores, because a page sometimes waits for its server.
    maxWorkers: 3,
    projects: [
      { ...PRODUCT, name: "hostile", include: [HOSTILE] },
      { ...BROWSER, name: "browser", include: ["test/browser/**/*.test.ts"], exclude: [RENEWAL] },
    ],
  },
];

/**
 * Long or demanding test files, which start first in their turn. In Vitest's own order, by project name and file size, they
 * would start last and run alone at the end of the turn.
 */
const LONG =
  /\/test\/(chaos|scenes|product|storm)\/|\/(observatory|token|client-sequence|client-silence|client-handover|sequence-streams|jwt|screens|toggle|toggle-connecting|sleep|walk|firefox|memory|banner|bad-path)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ["default", ["json", { outputFile: RESULT_FILE }]],
    projects: TURNS.flatMap(({ maxWorkers, projects }, turn) =>
      projects.map((options) => ({
        plugins:
          options.name === "worker" ? [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })] : [],
        // A process runs many files: starting one per file, and loading the shared modules in it, took longer than
        // most of the tests.
        test: {
          ...options,
          isolate: false,
          maxWorkers,
          sequence: { groupOrder: turn + 1 },
          // The default of one second is too short on a busy machine.
          expect: { ...options.expect, poll: { timeout: 30_000 } },
        },
      })),
    ),
  },
});
