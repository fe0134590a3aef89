/** A page over plain http under a host name that browsers don't trust, without their cryptography. */
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startBrowser, type TestBrowser } from "../support/page/browser.ts";
import { Dashboard, FEED_SUBJECTS, hook } from "../support/page/dashboard.ts";
import { startApp } from "../support/servers/app.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { makeOperatorMode } from "../support/servers/worker-operator.ts";

const HOST = "dashboard.test";
const PASSPHRASE = "correct horse battery";
let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser({ flags: [`--host-resolver-rules=MAP ${HOST} 127.0.0.1`] });
});
afterAll(() => browser?.stop());

/** Opens a live page with the given worker settings and server configuration, and runs `look` on it. */
async function onPage(
  { config, env }: { readonly config: string; readonly env: Readonly<Record<string, string>> },
  look: (dashboard: Dashboard) => Promise<void>,
): Promise<void> {
  const broker = await startNatsServer({ config });
  onTestFinished(() => broker.stop());
  const app = await startApp({ NATS_URL: broker.webSocketUrl, ...env });
  onTestFinished(() => app.stop());
  const { page, close } = await browser.openPage();
  onTestFinished(close);
  const dashboard = new Dashboard(page);
  await dashboard.open(app.url.replace("127.0.0.1", HOST));
  expect(await page.evaluate(() => [isSecureContext, crypto.subtle])).toEqual([false, undefined]);
  await dashboard.switchOn();
  await look(dashboard);
}

test.each<[string, string, Readonly<Record<string, string>>]>([
  [
    "user and password",
    'user: "page", password: "p"',
    { AUTH_MODE: "userpass", NATS_USER: "page", NATS_PASSWORD: "p" },
  ],
  ["a token", 'token: "s3cret"', { AUTH_MODE: "token", NATS_TOKEN: "s3cret" }],
])("%s connect: they need none", async (_, authorization, env) => {
  const gate = { AUTH_GATE: "passphrase", PASSPHRASE };
  const server = `authorization { ${authorization} }`;
  await onPage({ config: server, env: { ...env, ...gate } }, async (dashboard) => {
    await dashboard.page.fill(hook("passphrase-input"), PASSPHRASE);
    await dashboard.page.click(hook("passphrase-submit"));
    await dashboard.turns("green");
    expect(await dashboard.hasBanner()).toBe(false);
  });
});

test("credentials that need a signature are impossible: the page names plain http as the cause, and what its reader can do", async () => {
  const { config, account, signingSeed } = await makeOperatorMode(FEED_SUBJECTS);
  const env = {
    AUTH_MODE: "jwt",
    AUTH_GATE: "public",
    NATS_ACCOUNT: account,
    NATS_SIGNING_KEY: signingSeed,
  };
  await onPage({ config, env }, async ({ page }) => {
    const banner = await page.waitForSelector(`${hook("banner")}[data-explanation="no-crypto"]`);
    expect(await banner.textContent()).toContain("This page was opened over plain http");
    expect(await banner.textContent()).toContain("Open it over https");
    expect(await page.getAttribute(hook("banner-who"), "data-who")).toBe("viewer");
  });
});
