import { type ContainerNode, h, render } from "preact";
import { expect, test, vi } from "vitest";
import { boardOf, keptEvent } from "../testing.ts";
import { MissingColumns, MissingNote } from "./missing-note.tsx";

const COLUMNS = ["id", "custmer.name", "$seq", "$subject"].map((field) => ({
  field,
  title: { en: field, "pt-BR": field },
}));

function missing() {
  const columns = new MissingColumns(COLUMNS);
  const note = (count: number, payload = '{"id":null,"customer":{"name":"Ana"}}', isDeletion = false) => {
    for (let one = 0; one < count; one += 1) columns.note(keptEvent(payload, { isDeletion }));
    return columns.fields;
  };
  return note;
}

test("a path that no event has is found; null is there", () => {
  expect(missing()(10)).toEqual(["custmer.name", "$seq"]);
});

test("what was seen once isn't missing, whatever comes later", () => {
  const note = missing();
  note(1, '{"custmer":{"name":"Ana"}}');
  expect(note(20)).toEqual(["$seq"]);
});

test("keys that are gone say nothing of columns, and are none of the events that are enough", () => {
  const note = missing();
  expect(note(10, "", true)).toEqual([]);
  expect(note(9)).toEqual([]);
  expect(note(1)).toEqual(["custmer.name", "$seq"]);
});

test("looks no further once it is gone, even before the page was painted with it", () => {
  const [panel] = boardOf("t").panels;
  if (panel === undefined) throw new Error("a panel was asked for");
  const stop = vi.fn();
  vi.spyOn(panel.store, "follow").mockReturnValue(stop);
  // It shows nothing yet, so that nothing is asked of what it stands in.
  const place = { childNodes: [], firstChild: null } as unknown as ContainerNode;
  render(h(MissingNote, { panel }), place);
  expect(stop).not.toHaveBeenCalled();
  render(null, place);
  expect(stop).toHaveBeenCalledOnce();
});
