import { pageUrl } from "./board/page-url.ts";
import { allTexts } from "./i18n/all-texts.ts";
import { hasRoom, namesFor, SHEET_ICONS, type ToolsProps } from "./tools.tsx";
import { Copy } from "./ui/copy.tsx";
import { MenuItem } from "./ui/menu.tsx";

/** The page's menu: the sheets that the header has no room for, the wall display, and the link to share. */
export function MenuTools({ session, onOpen }: ToolsProps) {
  const t = allTexts.value;
  return (
    <>
      {!hasRoom.value &&
        namesFor(session).map((name) => (
          <MenuItem key={name} icon={SHEET_ICONS[name]} testId={`open-${name}`} onClick={() => onOpen(name)}>
            {t[name]}
          </MenuItem>
        ))}
      <MenuItem
        icon="expand"
        testId="kiosk"
        onClick={() => {
          session.board.look.value = { kind: "kiosk", rotateSeconds: null };
        }}
      >
        {t.kiosk}
      </MenuItem>
      <Copy
        isItem
        icon="link"
        testId="share"
        text={pageUrl}
        words={{ copy: t.share, copied: t.shared, copyFailed: t.shareFailed }}
      />
    </>
  );
}
