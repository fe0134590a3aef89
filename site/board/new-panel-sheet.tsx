import "../stream/stream.css";
import { useSignal } from "@preact/signals";
import { texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { subjectProblem } from "../stream/subject-problem.ts";
import { Sheet } from "../ui/sheet.tsx";

const VIEWS = ["log", "table", "latest-by-key", "chart", "value"] as const;
type View = (typeof VIEWS)[number];

/** Makes a panel of a subject: shown at once, kept in this browser and in the link. */
export function NewPanelSheet(props: {
  /** What it begins with. */
  subject: string;
  /** Subjects that the operator lets readers look at. */
  explore: readonly string[];
  onMake: (definition: string) => Promise<{ id: string } | { problem: string }>;
  onClose: () => void;
}) {
  const { explore, onMake, onClose } = props;
  const s = sheetTexts.value;
  const subject = useSignal(props.subject);
  const view = useSignal<View>("log");
  const key = useSignal("");
  const title = useSignal("");
  const problem = useSignal<string | null>(null);
  const wanted = subject.value.trim();
  const wrong = wanted === "" ? null : subjectProblem(wanted);
  const needsKey = view.value === "latest-by-key";
  const canMake = wanted !== "" && wrong === null && (!needsKey || key.value.trim() !== "");
  const make = async () => {
    const definition: Record<string, string> = { subject: wanted };
    if (view.value !== "log") definition.view = view.value;
    if (key.value.trim() !== "" && (needsKey || view.value === "chart" || view.value === "value")) {
      definition.key = key.value.trim();
    }
    if (title.value.trim() !== "") definition.title = title.value.trim();
    const made = await onMake(JSON.stringify(definition));
    if ("problem" in made) problem.value = made.problem;
    else onClose();
  };
  return (
    <Sheet title={texts.value.panel} testId="panel" onClose={onClose}>
      <form
        class="panel-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (canMake) void make();
        }}
      >
        <label class="panel-form__one">
          {s.streamSubject}
          <input
            class="listen__input"
            list="panel-explore"
            value={subject.value}
            placeholder={explore[0] ?? "orders.>"}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            aria-invalid={wrong !== null}
            data-testid="panel-subject"
            onInput={(event) => {
              subject.value = event.currentTarget.value;
            }}
          />
        </label>
        <datalist id="panel-explore">
          {explore.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        {wrong !== null && (
          <p class="note listen__note" data-wrong="true" role="status">
            {s.streamProblems[wrong]}
          </p>
        )}
        <label class="panel-form__one">
          {s.panelView}
          <select
            class="choice__select"
            value={view.value}
            data-testid="panel-view"
            onChange={(event) => {
              view.value = VIEWS.find((one) => one === event.currentTarget.value) ?? "log";
            }}
          >
            {VIEWS.map((one) => (
              <option key={one} value={one}>
                {s.panelViews[one]}
              </option>
            ))}
          </select>
        </label>
        {view.value !== "log" && view.value !== "table" && (
          <label class="panel-form__one">
            {needsKey ? s.panelKey : s.panelKeyOptional}
            <input
              class="listen__input"
              value={key.value}
              placeholder="$subject[1]"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              data-testid="panel-key"
              onInput={(event) => {
                key.value = event.currentTarget.value;
              }}
            />
          </label>
        )}
        <label class="panel-form__one">
          {s.panelTitle}
          <input
            class="listen__input panel-form__title"
            value={title.value}
            maxLength={200}
            data-testid="panel-title"
            onInput={(event) => {
              title.value = event.currentTarget.value;
            }}
          />
        </label>
        {problem.value !== null && (
          <p class="note listen__note" data-wrong="true" role="alert">
            {s.panelProblem(problem.value)}
          </p>
        )}
        <p class="note">{s.panelHint}</p>
        <button type="submit" class="button button--primary" disabled={!canMake} data-testid="panel-make">
          {s.panelMake}
        </button>
      </form>
    </Sheet>
  );
}
