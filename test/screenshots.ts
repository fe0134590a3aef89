/**
 * `npm run screenshots`: takes pictures of every screen and every fault of the real page, at two widths, in both themes
 * and languages, and of other boards at four widths, into `.cache/screenshots`; and the pictures of README.md into docs/.
 * With arguments (`npm run screenshots -- fault-dns sheet`), only those whose names start with one of them.
 */
import { join } from "node:path";
import { takeBoards } from "./screenshots/boards.ts";
import { takeDocs } from "./screenshots/docs.ts";
import { takeFaults } from "./screenshots/faults.ts";
import { Gallery } from "./screenshots/gallery.ts";
import { takeDemo, takeScreens } from "./screenshots/screens.ts";
import { startBrowser } from "./support/page/browser.ts";
import { startApp, startDemo } from "./support/servers/app.ts";
import { freePorts } from "./support/servers/nats-server.ts";
import { ROOT } from "./support/tools/cache.ts";
import { readFlags } from "./support/tools/flags.ts";

const { words } = readFlags("npm run screenshots -- [NAME…]", [], true);
const gallery = new Gallery(join(ROOT, ".cache/screenshots"), words);
const browser = await startBrowser();
const demo = await startDemo();
const brokerPorts = await freePorts();
const port = brokerPorts.webSocket;
const app = await startApp({ NATS_URL: `ws://127.0.0.1:${port}` });
try {
  const stage = { appUrl: app.url, port, browser };
  await takeScreens(gallery, { app: { url: app.url, brokerPorts }, browser });
  await takeDemo(gallery, browser, demo);
  await takeFaults(gallery, stage);
  await takeBoards(gallery, browser);
  if (gallery.wants("docs")) await takeDocs(stage, demo.url);
} finally {
  await browser.stop();
  await demo.stop();
  await app.stop();
}
const index = await gallery.writeIndex();
if (index !== null) process.stdout.write(`Open ${index} to see all pictures.\n`);
else if (!gallery.wants("docs")) {
  process.stderr.write(`no screen has a name that starts with ${words.join(" or ")}\n`);
  process.exitCode = 1;
}
