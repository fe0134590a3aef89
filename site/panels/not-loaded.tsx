import { texts } from "../i18n/i18n.ts";

/** Says that code of a panel can't be loaded, after a deploy or without a network, and offers the reload. */
export function NotLoaded() {
  const t = texts.value;
  return <Failure title={t.partMissing} action={t.reload} onAction={() => location.reload()} />;
}

/** Why a panel or its menu shows nothing, and a button that may help. */
export function Failure(props: { title: string; action: string; onAction: () => void }) {
  return (
    <div class="empty" role="alert">
      <p class="empty__title">{props.title}</p>
      <button type="button" class="button" onClick={props.onAction}>
        {props.action}
      </button>
    </div>
  );
}
