import "./demo-sheet.css";
import { useSignal } from "@preact/signals";
import { allTexts } from "../i18n/all-texts.ts";
import { Sheet } from "../ui/sheet.tsx";
import { clearFaults, DEMO_FAULTS, injectFault } from "./faults.ts";

/** The demo sheet: injects faults into the simulator, so that the reader can watch the page recover. */
export function DemoSheet({ controlUrl, onClose }: { controlUrl: string; onClose: () => void }) {
  const t = allTexts.value;
  const failure = useSignal<string | null>(null);
  const run = async (action: Promise<void>) => {
    failure.value = await action.then(
      () => null,
      (error: unknown) => String(error),
    );
  };
  return (
    <Sheet title={t.demo} testId="demo" onClose={onClose}>
      <p class="note">{t.demoHint}</p>
      <ul class="demo">
        {DEMO_FAULTS.map((name) => (
          <li class="demo__one" key={name}>
            <button
              type="button"
              class="button"
              data-testid={`demo-${name}`}
              onClick={() => void run(injectFault(controlUrl, name))}
            >
              {t.demoFaults[name].action}
            </button>
            <span class="note">{t.demoFaults[name].hint}</span>
          </li>
        ))}
      </ul>
      <div>
        <button
          type="button"
          class="button button--primary"
          data-testid="demo-clear"
          onClick={() => void run(clearFaults(controlUrl))}
        >
          {t.demoClear}
        </button>
      </div>
      {failure.value !== null && (
        <p class="panel__fault" role="alert">
          {t.demoFailed(failure.value)}
        </p>
      )}
    </Sheet>
  );
}
