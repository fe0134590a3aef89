import { defineConfig } from "vite";
import { leanNats } from "./dev/build/lean-nats.ts";
import { offline } from "./dev/build/offline.ts";

/** Modules that only lazily loaded parts share. */
const LAZY =
  /[\\/](site[\\/](i18n[\\/](all-texts|sheets|faults)|board[\\/](page-url|charts-sheet|rate-series)|ui[\\/](sheet|facts|focus|copy)\.|charts[\\/](?!samples)|panels[\\/](export\.|trouble|number-panel|panel-numbers|alert-)|content[\\/](alerts|filter|fold|found-columns|guess-format|payload-text|export|decoded|series)|connection[\\/]timeline-|alerts[\\/]|settings[\\/])|client[\\/]sequence[\\/]|contract[\\/](health|status|explanations)|uplot[\\/])/;

/** The page's entry. */
const ENTRY = /[\\/]site[\\/](main\.tsx|index\.html)/;

/** The checks of the worker's answers, a chunk of their own: the shell can paint without them. */
const CHECKS =
  /[\\/](contract[\\/](?!health|status|explanations|nkey|server)|valibot|site[\\/]edge[\\/]answers\.ts)/;

export default defineConfig({
  root: "site",
  plugins: [leanNats(), offline()],
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2023",
    // Every supported browser can preload modules.
    modulePreload: {
      polyfill: false,
      // Preloads only the chunks that every board needs. A list of the other parts' imports would grow the first load,
      // and the offline cache fetches them a moment later anyway.
      resolveDependencies: (part, needed, { hostId }) =>
        /index|shell/.test(hostId) || /sequence/.test(part)
          ? needed
          : needed.filter((name) => name.endsWith(".css")),
    },
    rolldownOptions: {
      treeshake: {
        // Without this, the shell, which needs one export of client/index.ts, would load all of client/.
        moduleSideEffects: [{ test: /[\\/]client[\\/]/, sideEffects: false }],
      },
      output: {
        // One chunk for the shell, and one for what the dashboard shares with lazy parts, because many small files
        // compress worse. Modules that only sheets share are loaded with the first sheet.
        codeSplitting: {
          groups: [
            { name: "shell", tags: ["$initial"], test: (id) => !ENTRY.test(id) },
            { name: "answers", test: CHECKS },
            { name: "board", minShareCount: 2, test: (id) => !LAZY.test(id) && !CHECKS.test(id) },
          ],
        },
      },
    },
  },
});
