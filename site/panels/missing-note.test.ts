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

test("a path that no event has is missing; one with null isn't", () => {
  expect(missing()(10)).toEqual(["custmer.name", "$seq"]);
});

test("a path that one event had isn't missing, whatever later events have", () => {
  const note = missing();
  note(1, '{"custmer":{"name":"Ana"}}');
  expect(note(20)).toEqual(["$seq"]);
});

test("deletions of keys make no column missing, and don't count as events", () => {
  const note = missing();
  expect(note(10, "", true)).toEqual([]);
  expect(note(9)).toEqual([]);
  expect(note(1)).toEqual(["custmer.name", "$seq"]);
});

test("stops following events when it is removed, even before its first paint", () => {
  const [panel] = boardOf("t").panels;
  if (panel === undefined) throw new Error("a panel was asked for");
  const stop = vi.fn();
  vi.spyOn(panel.store, "follow").mockReturnValue(stop);
  // A minimal container is enough, since the component renders nothing yet.
  const place = { childNodes: [], firstChild: null } as unknown as ContainerNode;
  render(h(MissingNote, { panel }), place);
  expect(stop).not.toHaveBeenCalled();
  render(null, place);
  expect(stop).toHaveBeenCalledOnce();
});
