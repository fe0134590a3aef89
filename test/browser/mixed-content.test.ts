/** A page over https with remote ws:// servers only. No browser dials them, and each reports it in its own way. */
import { expect, onTestFinished, test } from "vitest";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { useApp } from "../support/servers/use-app.ts";

const PAGE = "https://dashboard.example.com";
const app = useApp({ NATS_URL: "ws://nats.example.com:8080" });
const browser = useBrowser();

/** Like Safari's WebSocket: fails with an error event without a close event (WebKit, `WebSocket::failAsynchronously`). */
function failWithoutWords(): void {
  class Failing extends EventTarget {
    readyState = 0;
    constructor() {
      super();
      setTimeout(() => {
        this.dispatchEvent(new Event("error"));
        this.readyState = 3;
      });
    }
    close(): void {}
  }
  Object.assign(globalThis, { WebSocket: Failing });
}

test.each([
  ["throws", () => {}],
  ["makes a socket that only fails", failWithoutWords],
])(
  "a browser that %s: the page asks the reader neither to wait nor to check their network",
  async (_, change) => {
    const { page } = await browser.openPage();
    onTestFinished(() => page.unrouteAll({ behavior: "wait" }));
    await page.addInitScript(change);
    await page.route(`${PAGE}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: new URL(pathname, app.url).href }) });
    });
    // The page must find out without the edge.
    await page.route("**/readyz", (route) => route.abort());
    const dashboard = new Dashboard(page);
    await dashboard.open(PAGE);
    await dashboard.switchOn();

    const banner = await dashboard.banner();
    expect(banner).toContain(
      "Live data can't be shown here. The operator of this page needs to fix something first.",
    );
    expect(banner).toContain("A page served over https can't open ws:// connections.");
    expect(banner).not.toContain("automatically");
    expect(await page.getAttribute(hook("banner"), "data-kind")).toBe("mixed-content");
    expect(await page.getAttribute(hook("banner-who"), "data-who")).toBe("operator");
    await dashboard.reaches("failed");
    expect(await page.title()).toMatch(/^▲ /);
  },
);
