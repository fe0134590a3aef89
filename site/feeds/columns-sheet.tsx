import { useMemo } from "preact/hooks";
import { formats, language } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { remember } from "../ui/memory.ts";
import { Block, Sheet } from "../ui/sheet.tsx";
import { type ChosenFields, MAX_COLUMNS } from "./columns.ts";
import type { FeedView } from "./feed-view.ts";
import { FieldNames } from "./field-names.ts";

/** Chooses which fields of a feed's events stand in columns: its own, and any other that its events carry. */
export function ColumnsSheet({ view, onClose }: { view: FeedView; onClose: () => void }) {
  const s = sheetTexts.value;
  const { feed } = view.store;
  const names = useMemo(() => new FieldNames(feed), [feed]);
  // Once a second: a field that appears while the sheet is open is listed below the others.
  useMemo(() => names.look(view.store.rows()), [names, nowSecondMs.value]);
  const shown = view.columns().map(({ field }) => field);
  const choose = (fields: ChosenFields) => {
    view.setFields(names.own.join() === fields?.join() ? null : fields);
    const chosen = view.fields.value;
    remember(`columns.${feed.id}`, chosen === null ? null : JSON.stringify(chosen));
  };
  const boxFor = (field: string, title: string) => (
    <li key={field}>
      <label class="check">
        <input
          class="check__box"
          type="checkbox"
          checked={shown.includes(field)}
          disabled={!shown.includes(field) && shown.length >= MAX_COLUMNS}
          data-testid={`column-${field}`}
          onChange={(event) => choose(names.with(shown, field, event.currentTarget.checked))}
        />
        {title}
      </label>
    </li>
  );
  const others = [...names.others, ...shown.filter((field) => !names.has(field))];
  return (
    <Sheet title={s.columnsOf(feed.title[language.value])} testId="columns" subject={view} onClose={onClose}>
      <p class="note">{s.columnsHint}</p>
      <Block title={s.columnsOwn}>
        <ul class="checks">{feed.columns.map(({ field, title }) => boxFor(field, title[language.value]))}</ul>
      </Block>
      <Block title={s.columnsOther}>
        {others.length === 0 && <p class="note">{s.columnsNoOther}</p>}
        <ul class="checks checks--code">{others.map((field) => boxFor(field, field))}</ul>
      </Block>
      <p class="note" role="status">
        {shown.length >= MAX_COLUMNS && s.columnsMost(formats.value.number(MAX_COLUMNS))}
      </p>
      <div>
        <button type="button" class="button" data-testid="columns-reset" onClick={() => choose(null)}>
          {s.columnsReset}
        </button>
      </div>
    </Sheet>
  );
}
