import "../ui/form.css";
import { useSignal } from "@preact/signals";
import { VIEWS } from "../../contract/feed.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { Field } from "../ui/field.tsx";
import { Sheet } from "../ui/sheet.tsx";
import type { PanelProblem } from "./own-feed.ts";
import { isSubject, SubjectField } from "./subject-field.tsx";

type View = (typeof VIEWS)[number];

/** The form that makes a panel of a subject. */
export function NewPanelSheet(props: {
  /** The initial subject. */
  subject: string;
  /** Subjects that the operator suggests. */
  explore: readonly string[];
  onMake: (definition: string) => PanelProblem | null;
  onClose: () => void;
}) {
  const { explore, onMake, onClose } = props;
  const t = allTexts.value;
  const subject = useSignal(props.subject);
  const view = useSignal<View>("log");
  const key = useSignal("");
  const title = useSignal("");
  const match = useSignal("");
  const quiet = useSignal("");
  const problem = useSignal<PanelProblem | null>(null);
  const wanted = subject.value.trim();
  const hasKey = view.value !== "log" && view.value !== "table";
  const needsKey = view.value === "latest-by-key";
  const canMake = isSubject(wanted) && (!needsKey || key.value.trim() !== "");
  const make = () => {
    const given = (text: string) => text.trim() || undefined;
    const alerts = [
      ...(given(match.value) === undefined ? [] : [{ match: match.value.trim() }]),
      ...(quiet.value === "" ? [] : [{ quietSeconds: Number(quiet.value) }]),
    ];
    // `JSON.stringify` leaves out undefined values.
    const definition = {
      subject: wanted,
      view: view.value === "log" ? undefined : view.value,
      key: hasKey ? given(key.value) : undefined,
      title: given(title.value),
      alerts: alerts.length > 0 ? alerts : undefined,
    };
    problem.value = onMake(JSON.stringify(definition));
    if (problem.value === null) onClose();
  };
  return (
    <Sheet title={t.panel} testId="panel" onClose={onClose}>
      <form
        class="panel-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (canMake) make();
        }}
      >
        <SubjectField
          of={subject}
          testId="panel-subject"
          list="panel-explore"
          placeholder={explore[0] ?? "orders.>"}
        >
          <datalist id="panel-explore">
            {explore.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </SubjectField>
        <label class="labelled">
          {t.panelView}
          <select
            class="input"
            value={view.value}
            data-testid="panel-view"
            onChange={(event) => {
              view.value = VIEWS.find((one) => one === event.currentTarget.value) ?? "log";
            }}
          >
            {VIEWS.map((one) => (
              <option key={one} value={one}>
                {t.panelViews[one]}
              </option>
            ))}
          </select>
        </label>
        {hasKey && (
          <Field
            label={needsKey ? t.panelKey : t.panelKeyOptional}
            of={key}
            testId="panel-key"
            placeholder="$subject[1]"
          />
        )}
        <Field label={t.panelTitle} of={title} testId="panel-title" maxLength={200} />
        <Field
          label={t.panelAlert}
          of={match}
          testId="panel-alert"
          placeholder="status:failed"
          maxLength={200}
        />
        <Field label={t.panelQuiet} of={quiet} testId="panel-quiet" min={1} max={86_400} />
        {problem.value !== null && (
          <p class="note" data-wrong="true" role="alert">
            {typeof problem.value === "string"
              ? t.panelProblems[problem.value]
              : t.panelProblem(problem.value.detail)}
          </p>
        )}
        <p class="note">{t.panelHint}</p>
        <button type="submit" class="button button--primary" disabled={!canMake} data-testid="panel-make">
          {t.panelMake}
        </button>
      </form>
    </Sheet>
  );
}
