import { texts } from "./i18n/i18n.ts";
import { sheetTexts } from "./i18n/sheets.ts";
import { KEYS } from "./keys.ts";
import { Fact } from "./ui/facts.tsx";
import { Sheet } from "./ui/sheet.tsx";

/** What can be done by keyboard. */
export function HelpSheet({ onClose }: { onClose: () => void }) {
  const s = sheetTexts.value;
  const lines = [
    ...[...KEYS].map(([key, action]) => [key, s.keys[action]] as const),
    ["↑ ↓", s.helpRows],
    ["Esc", s.keyEscape],
  ];
  return (
    <Sheet title={texts.value.help} testId="help" onClose={onClose}>
      <p class="note">{s.helpHint}</p>
      <dl class="facts">
        {lines.map(([key, does]) => (
          <Fact label={<kbd class="key">{key}</kbd>} key={key}>
            {does}
          </Fact>
        ))}
      </dl>
      <p class="note">{s.helpFilter}</p>
    </Sheet>
  );
}
