import { allTexts } from "./i18n/all-texts.ts";
import { KEYS } from "./keys.ts";
import { Fact } from "./ui/facts.tsx";
import { Sheet } from "./ui/sheet.tsx";

/** The help sheet: the keyboard shortcuts. */
export function HelpSheet({ onClose }: { onClose: () => void }) {
  const t = allTexts.value;
  const lines = [
    ...[...KEYS].map(([key, action]) => [key, t.keys[action]] as const),
    ["↑ ↓", t.helpRows],
    ["Esc", t.keyEscape],
  ];
  return (
    <Sheet title={t.help} testId="help" onClose={onClose}>
      <p class="note">{t.helpHint}</p>
      <dl class="facts">
        {lines.map(([key, does]) => (
          <Fact label={<kbd class="key">{key}</kbd>} key={key}>
            {does}
          </Fact>
        ))}
      </dl>
      <p class="note">{t.helpFilter}</p>
    </Sheet>
  );
}
