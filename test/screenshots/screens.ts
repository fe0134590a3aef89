/** Pictures of the screens that the layout checks visit. */
import type { TestBrowser } from "../support/page/browser.ts";
import { Dashboard } from "../support/page/dashboard.ts";
import { LOOKS, lookAt } from "../support/page/looks.ts";
import { openScene, type Place } from "../support/page/scene.ts";
import { SCREENS } from "../support/page/screens.ts";
import { openSheet } from "../support/page/sheets.ts";
import type { App } from "../support/servers/app.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import type { Gallery } from "./gallery.ts";

/** `live-before-the-first-event` */
const fileName = (screen: string): string => screen.toLowerCase().replace(/[^a-z\d]+/g, "-");

/** Takes all screens; each starts from the previous one. */
export async function takeScreens(gallery: Gallery, place: Place): Promise<void> {
  const [first] = LOOKS;
  if (first === undefined || !Object.keys(SCREENS).some((name) => gallery.wants(fileName(name)))) return;
  const scene = await openScene(NATS_SERVER, place);
  const { page } = scene.dashboard;
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const [name, arrange] of Object.entries(SCREENS)) {
    await lookAt(page, first);
    await arrange(scene, page);
    await gallery.take(page, fileName(name));
  }
  await scene.close();
}

/** Takes the screens that only the demo has. */
export async function takeDemo(gallery: Gallery, browser: TestBrowser, demo: App): Promise<void> {
  if (!gallery.wants("demo")) return;
  const { page, close } = await browser.openPage();
  const dashboard = new Dashboard(page);
  await dashboard.open(demo.url);
  await dashboard.switchOn();
  await dashboard.turns("green");
  await openSheet(page, "demo");
  await gallery.take(page, "demo");
  await close();
}
