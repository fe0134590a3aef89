import { connect, jwtAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_FEEDS } from "../../worker/default-feeds.ts";
import { violations } from "../support/page/axe.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { textAt } from "../support/page/sheets.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { untilSubscribed } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { makeOperatorMode, type OperatorMode } from "../support/servers/worker-operator.ts";
import { untilEqual } from "../support/tools/until.ts";

const PASSPHRASE = "correct horse battery";
const UNAUTHORIZED = /^console error: Failed to load resource: .* 401/;

let operator: OperatorMode;
let broker: Broker;
let publisher: NatsConnection;
const browser = useBrowser();

beforeAll(async () => {
  operator = await makeOperatorMode(DEFAULT_FEEDS.map(({ subject }) => subject));
  broker = await startNatsServer({ config: operator.config });
  const { jwt, seed } = operator.publisher;
  publisher = await connect({ servers: broker.tcpUrl, authenticator: jwtAuthenticator(jwt, seed) });
});
afterAll(async () => {
  await publisher?.close();
  await broker?.stop();
});

let app: App;
let observed: ObservedPage;
let dashboard: Dashboard;

/** Opens a page for each test, with a worker behind a gate. */
function useGate(gate: Readonly<Record<string, string>>): void {
  beforeAll(async () => {
    app = await startApp({
      NATS_URL: broker.webSocketUrl,
      AUTH_MODE: "jwt",
      NATS_ACCOUNT: operator.account,
      NATS_SIGNING_KEY: operator.signingSeed,
      ...gate,
    });
  });
  afterAll(() => app?.stop());
  beforeEach(async () => {
    observed = await browser.openPage();
    dashboard = new Dashboard(observed.page);
    await dashboard.open(app.url);
    await dashboard.toggle();
  });
  afterEach(() => observed.close());
}

const asked = (page: Page, asking: string) =>
  page.waitForSelector(`${hook("passphrase")}[data-asking="${asking}"]`);
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("data-testid"));

describe("behind a passphrase", () => {
  useGate({ AUTH_GATE: "passphrase", PASSPHRASE });

  test("the page asks for the passphrase, refuses a wrong one, and connects with the right one, all by keyboard", async () => {
    const { page } = observed;
    await asked(page, "passphrase");
    expect(await focused(page)).toBe("passphrase-input");
    expect(await page.getAttribute(hook("passphrase-input"), "type")).toBe("password");
    await untilEqual(() => textAt(page, "announcer"), "Live data requires a passphrase.");
    // Nothing was sent, so nothing was refused.
    expect(observed.complaints).toEqual([]);
    expect(await dashboard.hasBanner()).toBe(false);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect(await violations(page)).toEqual([]);
    }

    // None of them is a command.
    const wrong = "lp?/".repeat(50);
    await page.keyboard.type(wrong);
    expect(await page.inputValue(hook("passphrase-input"))).toBe(wrong);
    expect(await page.locator(hook("help")).count()).toBe(0);
    await page.keyboard.press("Enter");
    await asked(page, "again");
    expect(await page.textContent("#passphrase-note")).toBe("Wrong passphrase.");
    // It is heard once.
    await untilEqual(() => textAt(page, "announcer"), "");
    expect(await focused(page)).toBe("passphrase-input");
    expect(await violations(page)).toEqual([]);
    expect(observed.complaints).toEqual([expect.stringMatching(UNAUTHORIZED)]);

    // Typing replaces the wrong passphrase.
    await page.keyboard.type(PASSPHRASE);
    await page.keyboard.press("Enter");
    await dashboard.turns("green");
    await untilSubscribed(broker);
    expect(await page.$(hook("passphrase"))).toBeNull();
    expect(await focused(page)).toBe("live-switch");
    publisher.publish(FEEDS.llm, event("llm", "behind the passphrase"));
    await dashboard.counts("llm", "received", 1);

    // After switching off and on, the passphrase is still known, but only in memory.
    await dashboard.toggle();
    await dashboard.reaches("stopped");
    await dashboard.toggle();
    await dashboard.turns("green");
    const kept = await page.evaluate(async () => {
      const stores = [localStorage, sessionStorage].map((store) => JSON.stringify({ ...store }));
      const databases = (await indexedDB.databases()).map(({ name }) => name);
      return [...stores, document.cookie, location.href, JSON.stringify(databases)].join("\n");
    });
    expect(kept).not.toMatch(/horse/);
    expect(kept).not.toMatch(/eyJ|SU[A-Z2-7]{56}/);
  });

  test("a refusal doesn't move the focus of a reader who has gone elsewhere", async () => {
    const { page } = observed;
    const goneOn = Promise.withResolvers<void>();
    // Handles all requests, because the page retries if the first takes too long.
    await page.route("**/api/token", async (route) => {
      await goneOn.promise;
      await route.continue();
    });
    await asked(page, "passphrase");
    // None of them is a command.
    const wrong = "lp?/".repeat(50);
    await page.keyboard.type(wrong);
    expect(await page.inputValue(hook("passphrase-input"))).toBe(wrong);
    expect(await page.locator(hook("help")).count()).toBe(0);
    await page.keyboard.press("Enter");
    await asked(page, "patience");
    await page.focus(".search__input");
    goneOn.resolve();
    await asked(page, "again");
    await page.evaluate(
      () =>
        new Promise((settle) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(settle)))),
    );
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("search__input");
  });

  test("switching off removes the question, and doesn't interrupt a reader who types elsewhere", async () => {
    const { page } = observed;
    await asked(page, "passphrase");
    await page.keyboard.type("half a pass");
    // The reader focuses a filter at the moment when the question disappears.
    await page.evaluate(
      ([live = "", question = ""]) =>
        new Promise((settle) => {
          new MutationObserver((_, observer) => {
            if (document.querySelector(question) !== null) return;
            observer.disconnect();
            document.querySelector<HTMLElement>(".search__input")?.focus();
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(settle)));
          }).observe(document.body, { childList: true, subtree: true });
          document.querySelector<HTMLElement>(live)?.click();
        }),
      [hook("live-switch"), hook("passphrase")],
    );
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("search__input");
    await page.evaluate(
      (selector) => document.querySelector<HTMLElement>(selector)?.click(),
      hook("live-switch"),
    );
    await asked(page, "passphrase");
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("search__input");
  });

  test("the question doesn't take the focus from an element of a panel", async () => {
    const { page } = observed;
    await asked(page, "passphrase");
    await dashboard.toggle();
    await page.waitForSelector(hook("passphrase"), { state: "detached" });
    await page.focus(hook("feed-llm-pause"));
    await page.keyboard.press("l");
    await asked(page, "passphrase");
    expect(await focused(page)).toBe("feed-llm-pause");
  });

  test("a reader who only clicked on the board's background is led to the question", async () => {
    const { page } = observed;
    await asked(page, "passphrase");
    await dashboard.toggle();
    await page.waitForSelector(hook("passphrase"), { state: "detached" });
    await page.click("#feed-llm-title");
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("main");
    await page.keyboard.press("l");
    await asked(page, "passphrase");
    await untilEqual(() => focused(page), "passphrase-input");
  });

  test("works in Portuguese too", async () => {
    const { page } = observed;
    await new Dashboard(page).choose("language", "pt-BR");
    await page.waitForSelector('html[lang="pt-BR"]');
    await asked(page, "passphrase");
    expect(await page.textContent("#passphrase-title")).toBe("Esta página exige uma frase secreta");
  });
});

describe("behind Cloudflare Access", () => {
  useGate({
    AUTH_GATE: "access",
    ACCESS_TEAM_DOMAIN: "acme.cloudflareaccess.com",
    ACCESS_AUDIENCE: "the-app",
  });

  test("an expired session is reported with the advice to reload, which leads to the sign-in page", async () => {
    const { page } = observed;
    // The request has no assertion, as after the session's end.
    const banner = await dashboard.banner("token-source");
    expect(banner).toContain("You are no longer signed in.");
    expect(await page.getAttribute(hook("banner-who"), "data-who")).toBe("viewer");
    expect(await dashboard.openEvidence()).toContain("Access denied");
    expect(await page.textContent(hook("banner-retry"))).toBe("Reload");
    await Promise.all([page.waitForEvent("load"), page.click(hook("banner-retry"))]);
    expect(await dashboard.loads()).toBeGreaterThan(1);
  });

  test("Access's redirect to its sign-in page is reported the same way", async () => {
    const { page } = observed;
    await dashboard.toggle();
    await page.route("**/api/token", (route) =>
      route.fulfill({
        status: 302,
        headers: { Location: "https://acme.cloudflareaccess.com/cdn-cgi/access/login" },
      }),
    );
    await dashboard.toggle();
    await page.waitForSelector(`${hook("banner")}[data-explanation="access-ended"]`);
  });
});
