import { defineConfig } from "vite";
import { leanNats } from "./dev/build/lean-nats.ts";
import { offline } from "./dev/build/offline.ts";

/** What only parts that are loaded later share. */
const LATER =
  /[\\/](site[\\/](i18n[\\/](all-texts|sheets|faults)|board[\\/](page-url|charts-sheet|rate-series)|ui[\\/](sheet|facts|focus|copy)\.|charts[\\/](?!samples)|panels[\\/](export\.|trouble|number-panel|panel-numbers|alert-)|content[\\/](alerts|filter|fold|found-columns|guess-format|payload-text|export|decoded|series)|connection[\\/]timeline-|alerts[\\/]|settings[\\/])|client[\\/]sequence[\\/]|contract[\\/](health|status|explanations)|uplot[\\/])/;

/** What the page begins with: the file that it names. */
const ENTRY = /[\\/]site[\\/](main\.tsx|index\.html)/;

/** The check of the answers that every page gets: the shell paints without it. */
const CHECKS =
  /[\\/](contract[\\/](?!health|status|explanations|nkey|server)|valibot|site[\\/]edge[\\/]answers\.ts)/;

export default defineConfig({
  root: "site",
  plugins: [leanNats(), offline()],
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2023",
    // Every browser that can run the rest can preload modules.
    modulePreload: {
      polyfill: false,
      // What every board needs is asked for at once. The imports of other parts come after them: all their names
      // would be in the first load, and a moment later everything is kept for offline use anyway.
      resolveDependencies: (part, needed, { hostId }) =>
        /index|shell/.test(hostId) || /sequence/.test(part)
          ? needed
          : needed.filter((name) => name.endsWith(".css")),
    },
    rolldownOptions: {
      treeshake: {
        // client/index.ts is a list of names: without this the shell that needs one name would load them all.
        moduleSideEffects: [{ test: /[\\/]client[\\/]/, sideEffects: false }],
      },
      output: {
        // What the shell needs comes in one file, and what the dashboard shares with later parts in another: many
        // small ones compress worse. But what only sheets share is loaded with the first of them.
        codeSplitting: {
          groups: [
            { name: "shell", tags: ["$initial"], test: (id) => !ENTRY.test(id) },
            { name: "answers", test: CHECKS },
            { name: "board", minShareCount: 2, test: (id) => !LATER.test(id) && !CHECKS.test(id) },
          ],
        },
      },
    },
  },
});
