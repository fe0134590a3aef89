import { useMemo } from "preact/hooks";
import { FoundColumns } from "../content/found-columns.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats, language } from "../i18n/i18n.ts";
import { Check } from "../ui/check.tsx";
import { nowSecondMs } from "../ui/clock.ts";
import { remember } from "../ui/memory.ts";
import { Block, Sheet } from "../ui/sheet.tsx";
import { type ChosenFields, columnsOf, MAX_COLUMNS } from "./columns.ts";
import { eventOf } from "./kept.ts";
import type { PanelView } from "./panel-view.ts";

/** How many of the newest rows are searched for fields. */
const SAMPLED_ROWS = 100;

/** Lets the reader choose a panel's columns: the feed's own, and any other field that its events carry. */
export function ColumnsSheet({ view, onClose }: { view: PanelView; onClose: () => void }) {
  const t = allTexts.value;
  const { feed, snapshot } = view.store;
  const { rows, found } = snapshot.value;
  const fields = useMemo(() => {
    const finder = new FoundColumns();
    for (const event of rows.slice(0, SAMPLED_ROWS).map(eventOf)) {
      if (event !== null) finder.note(event);
    }
    return finder.fields;
    // Once a second, so that fields that first arrive while the sheet is open are listed too, below the others.
  }, [nowSecondMs.value, feed]);
  const own = columnsOf(feed, found, null);
  const ownFields = own.map(({ field }) => field);
  const shown = view.columns.value.map(({ field }) => field);
  const known = [...fields.map(({ path }) => path), ...feed.fields.map(({ name }) => name), ...shown];
  const others = [...new Set(known)].filter((field) => !ownFields.includes(field));
  const choose = (fields: ChosenFields) => {
    view.setFields(ownFields.join() === fields?.join() ? null : fields);
    const chosen = view.fields.value;
    remember(`columns.${feed.id}`, chosen === null ? null : JSON.stringify(chosen));
  };
  /** The feed's own columns keep their order; the others follow in the order in which they were chosen. */
  const withField = (field: string, isWanted: boolean) => {
    const wanted = isWanted ? [...shown, field] : shown.filter((one) => one !== field);
    return [
      ...ownFields.filter((one) => wanted.includes(one)),
      ...wanted.filter((one) => !ownFields.includes(one)),
    ];
  };
  const boxFor = (field: string, title: string) => (
    <li key={field}>
      <Check
        label={title}
        isChecked={shown.includes(field)}
        isDisabled={!shown.includes(field) && shown.length >= MAX_COLUMNS}
        testId={`column-${field}`}
        onChange={(isWanted) => choose(withField(field, isWanted))}
      />
    </li>
  );
  return (
    <Sheet title={t.columnsOf(feed.title[language.value])} testId="columns" onClose={onClose}>
      <p class="note">{t.columnsHint}</p>
      <Block title={t.columnsOwn}>
        <ul>{own.map(({ field, title }) => boxFor(field, title[language.value]))}</ul>
      </Block>
      <Block title={t.columnsOther}>
        {others.length === 0 && <p class="note">{t.columnsNoOther}</p>}
        <ul class="checks--code">{others.map((field) => boxFor(field, field))}</ul>
      </Block>
      <p class="note" role="status">
        {shown.length >= MAX_COLUMNS && t.columnsMost(formats.value.count(MAX_COLUMNS))}
      </p>
      <div>
        <button type="button" class="button" data-testid="columns-reset" onClick={() => choose(null)}>
          {t.columnsReset}
        </button>
      </div>
    </Sheet>
  );
}
