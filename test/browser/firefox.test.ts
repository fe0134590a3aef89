/** What Chromium shows, Firefox shows, as Debian has it. */
import { walkThrough } from "../support/page/main-walk.ts";
import { useFirefox } from "../support/page/use-firefox.ts";

walkThrough(useFirefox());
