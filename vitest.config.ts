import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

/** Tests that start servers run one file at a time: two cores are few, and timing is part of what they check. */
const withServers = {
  setupFiles: ["./test/support/scan-answers.ts"],
  globalSetup: ["./test/support/find-nats-server.ts"],
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/** It waits for a token's renewal most of a minute, so it is run beside others. */
const RENEWAL = "test/browser/token.test.ts";

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
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
          exclude: ["simulator/contract/**", "**/node_modules/**"],
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: {
          name: "worker",
          include: ["worker/**/*.test.ts"],
          setupFiles: ["./worker/scan-answers.ts"],
          // They share one real server and count its connections.
          fileParallelism: false,
          globalSetup: ["./test/support/worker-setup.ts"],
          // Keys for RSA are slow to make, and the machine may be busy.
          testTimeout: 60_000,
        },
      },
      // It spreads over the cores by itself.
      {
        test: {
          name: "chaos",
          include: ["test/chaos/**/*.test.ts"],
          fileParallelism: false,
          maxConcurrency: availableParallelism(),
        },
      },
      // Whatever nats-server's release, it says the same: it is run once.
      {
        test: {
          ...withServers,
          name: "product",
          include: ["test/product/**/*.test.ts"],
          globalSetup: [...withServers.globalSetup, "./test/support/build-product.ts"],
        },
      },
      {
        test: {
          ...withServers,
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          globalSetup: [...withServers.globalSetup, "./test/support/build-product.ts"],
        },
      },
      { test: { ...withServers, name: "scenes", include: ["test/scenes/**/*.test.ts"] } },
      // On three clustered servers: they mostly wait, and several of a file do at the same time.
      {
        test: {
          ...withServers,
          name: "storms",
          include: ["test/storm/**/*.test.ts"],
          testTimeout: 120_000,
        },
      },
      { test: { ...withServers, name: "contract", include: ["simulator/contract/**/*.test.ts"] } },
      {
        test: {
          ...withServers,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          exclude: [RENEWAL],
          globalSetup: [
            ...withServers.globalSetup,
            "./test/support/find-chromium.ts",
            "./test/support/build-product.ts",
          ],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...withServers,
          name: "renewal",
          include: [RENEWAL],
          globalSetup: [
            ...withServers.globalSetup,
            "./test/support/find-chromium.ts",
            "./test/support/build-product.ts",
          ],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
