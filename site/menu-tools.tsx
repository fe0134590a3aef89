import { useSignal } from "@preact/signals";
import { pageUrl } from "./board/page-url.ts";
import { allTexts } from "./i18n/sheets.ts";
import { hasRoom, namesFor, SHEET_ICONS, type ToolsProps } from "./tools.tsx";
import { Icon } from "./ui/icon.tsx";
import { MenuItem } from "./ui/menu.tsx";

/** What the header has no room for, and the link to what is shown; in the page's menu. */
export function MenuTools({ session, onOpen }: ToolsProps) {
  return (
    <>
      {!hasRoom.value &&
        namesFor(session).map((name) => (
          <MenuItem key={name} icon={SHEET_ICONS[name]} testId={`open-${name}`} onClick={() => onOpen(name)}>
            {allTexts.value[name]}
          </MenuItem>
        ))}
      <MenuItem
        icon="expand"
        testId="kiosk"
        onClick={() => session.board.setLook({ kind: "kiosk", rotateSeconds: null })}
      >
        {allTexts.value.kiosk}
      </MenuItem>
      <ShareItem />
    </>
  );
}

/** Copies the link of what is shown; the menu stays, to say how that went. */
function ShareItem() {
  const t = allTexts.value;
  const outcome = useSignal<"share" | "shared" | "shareFailed">("share");
  return (
    <button
      type="button"
      class="menu__item menu__item--stays"
      data-testid="share"
      onClick={async () => {
        outcome.value = await navigator.clipboard.writeText(pageUrl()).then(
          () => "shared" as const,
          () => "shareFailed" as const,
        );
      }}
    >
      <Icon name={outcome.value === "shared" ? "check" : "link"} />
      <span aria-live="polite">{t[outcome.value]}</span>
    </button>
  );
}
