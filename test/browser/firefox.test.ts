/** The main walk in Debian's Firefox. */
import { walkThrough } from "../support/page/main-walk.ts";
import { useFirefox } from "../support/page/use-firefox.ts";

walkThrough(useFirefox());
