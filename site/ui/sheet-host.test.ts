import { expect, test } from "vitest";
import { dismissMissingPart, Part, partIsMissing } from "./parts.ts";
import { SheetHost, type SheetView } from "./sheet-host.ts";

const view = (): SheetView => () => null;

/** A component that finishes loading when the test says so. */
function slow(): { load: () => Promise<SheetView>; arrive: (view: SheetView) => void; fail: () => void } {
  let arrive: (view: SheetView) => void = () => {};
  let fail: () => void = () => {};
  const promise = new Promise<SheetView>((resolve, reject) => {
    arrive = resolve;
    fail = () => reject(new Error("404"));
  });
  return { load: () => promise, arrive, fail };
}

test("the latest request wins, however late the others arrive", async () => {
  const sheetHost = new SheetHost();
  const [charts, settings] = [slow(), slow()];
  const first = sheetHost.open("charts", charts.load);
  const second = sheetHost.open("settings", settings.load);
  expect(sheetHost.loading.value).toBe("settings");
  settings.arrive(view());
  await second;
  charts.arrive(view());
  await first;
  expect(sheetHost.opened.value?.name).toBe("settings");
  expect(sheetHost.loading.value).toBeNull();
});

test("closing while something is loading keeps it closed", async () => {
  const sheetHost = new SheetHost();
  const charts = slow();
  const opening = sheetHost.open("charts", charts.load);
  sheetHost.close();
  expect(sheetHost.loading.value).toBeNull();
  charts.arrive(view());
  await opening;
  expect(sheetHost.opened.value).toBeNull();
});

test("what is open stays until the next is loaded, and if the next fails to load", async () => {
  const sheetHost = new SheetHost();
  await sheetHost.open("help", async () => view());
  const charts = slow();
  const opening = sheetHost.open("charts", charts.load);
  expect(sheetHost.opened.value?.name).toBe("help");
  charts.fail();
  await opening;
  expect(sheetHost.opened.value?.name).toBe("help");
  expect(partIsMissing.value).toBe(true);
  dismissMissingPart();
  expect(partIsMissing.value).toBe(false);
});

test("the link names a request that failed, else what is open", async () => {
  const sheetHost = new SheetHost();
  const gone = () => Promise.reject(new Error("404"));
  await sheetHost.open("help", async () => view());
  await sheetHost.open("charts", gone);
  await new Part(gone, "another").load();
  expect(sheetHost.link.value).toBe("charts");
  dismissMissingPart();
  expect(sheetHost.link.value).toBe("help");
  await new Part(gone, "another").load();
  expect(sheetHost.link.value).toBe("help");
  dismissMissingPart();
});

test("the link names the latest requested message, even while an earlier one is loading", () => {
  const sheetHost = new SheetHost();
  void sheetHost.open("details", slow().load, "a@7");
  expect(sheetHost.link.value).toBe("a@7");
  void sheetHost.open("details", slow().load, "a@8");
  expect(sheetHost.link.value).toBe("a@8");
});

test("opening the same thing again is another turn", async () => {
  const sheetHost = new SheetHost();
  await sheetHost.open("details", async () => view());
  const turn = sheetHost.opened.value?.turn;
  await sheetHost.open("details", async () => view());
  expect(sheetHost.opened.value?.turn).not.toBe(turn);
});
