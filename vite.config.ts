import { defineConfig } from "vite";
import { leanNats } from "./dev/build/lean-nats.ts";
import { offline } from "./dev/build/offline.ts";

/** What only parts that are loaded later share. */
const LATER =
  /[\\/](client[\\/]sequence[\\/]|site[\\/](i18n[\\/]sheets|ui[\\/]sheet\.|charts[\\/](?!samples)|feeds[\\/]export\.)|uplot[\\/])/;

/** The check of the worker's answers: the shell paints without it. */
const CHECKS = /[\\/](contract|valibot|site[\\/]answers\.ts)/;

export default defineConfig({
  root: "site",
  plugins: [leanNats(), offline()],
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2023",
    // Every browser that can run the rest can preload modules.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      treeshake: {
        // client/index.ts is a list of names: without this the shell that needs one name would load them all.
        moduleSideEffects: [{ test: /[\\/]client[\\/]/, sideEffects: false }],
      },
      output: {
        // What the shell and a later part share comes in one file: many small ones compress worse.
        // But what only sheets share is loaded with the first of them.
        codeSplitting: {
          groups: [
            { name: "answers", test: CHECKS },
            {
              name: "shared",
              minShareCount: 2,
              test: (id) => !LATER.test(id) && !CHECKS.test(id),
            },
          ],
        },
      },
    },
  },
});
