import { walkThrough } from "../support/page/main-walk.ts";
import { handed } from "../support/page/sheets.ts";
import { useBrowser } from "../support/page/use-browser.ts";

walkThrough({ ...useBrowser(), handed });
