import { expect, test } from "vitest";
import { Beside, type BesideView } from "./beside.ts";
import { dismissMissingPart, Part, partIsMissing } from "./parts.ts";

const view = (): BesideView => () => null;

/** A component that finishes loading when the test says so. */
function slow(): { load: () => Promise<BesideView>; arrive: (view: BesideView) => void; fail: () => void } {
  let arrive: (view: BesideView) => void = () => {};
  let fail: () => void = () => {};
  const promise = new Promise<BesideView>((resolve, reject) => {
    arrive = resolve;
    fail = () => reject(new Error("404"));
  });
  return { load: () => promise, arrive, fail };
}

test("the latest request wins, however late the others arrive", async () => {
  const beside = new Beside();
  const [charts, settings] = [slow(), slow()];
  const first = beside.open("charts", charts.load);
  const second = beside.open("settings", settings.load);
  expect(beside.loading.value).toBe("settings");
  settings.arrive(view());
  await second;
  charts.arrive(view());
  await first;
  expect(beside.opened.value?.name).toBe("settings");
  expect(beside.loading.value).toBeNull();
});

test("closing while something is loading keeps it closed", async () => {
  const beside = new Beside();
  const charts = slow();
  const opening = beside.open("charts", charts.load);
  beside.close();
  expect(beside.loading.value).toBeNull();
  charts.arrive(view());
  await opening;
  expect(beside.opened.value).toBeNull();
});

test("what is open stays until the next is loaded, and if the next fails to load", async () => {
  const beside = new Beside();
  await beside.open("help", async () => view());
  const charts = slow();
  const opening = beside.open("charts", charts.load);
  expect(beside.opened.value?.name).toBe("help");
  charts.fail();
  await opening;
  expect(beside.opened.value?.name).toBe("help");
  expect(partIsMissing.value).toBe(true);
  dismissMissingPart();
  expect(partIsMissing.value).toBe(false);
});

test("the link names a request that failed, else what is open", async () => {
  const beside = new Beside();
  const gone = () => Promise.reject(new Error("404"));
  await beside.open("help", async () => view());
  await beside.open("charts", gone);
  await new Part(gone, "another").load();
  expect(beside.link.value).toBe("charts");
  dismissMissingPart();
  expect(beside.link.value).toBe("help");
  await new Part(gone, "another").load();
  expect(beside.link.value).toBe("help");
  dismissMissingPart();
});

test("the link names the latest requested message, even while an earlier one is loading", () => {
  const beside = new Beside();
  void beside.open("details", slow().load, "a@7");
  expect(beside.link.value).toBe("a@7");
  void beside.open("details", slow().load, "a@8");
  expect(beside.link.value).toBe("a@8");
});

test("opening the same thing again is another turn", async () => {
  const beside = new Beside();
  await beside.open("details", async () => view());
  const turn = beside.opened.value?.turn;
  await beside.open("details", async () => view());
  expect(beside.opened.value?.turn).not.toBe(turn);
});
