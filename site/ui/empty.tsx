import { Icon, type IconName } from "./icon.tsx";

/** An empty state: a title that says why there is nothing, and a hint that says what will change it. */
export function Empty(props: { icon: IconName; title: string; hint: string; spinning?: boolean }) {
  return (
    <div class="empty">
      <Icon name={props.icon} spinning={props.spinning ?? false} />
      <p class="empty__title">{props.title}</p>
      <p class="empty__hint">{props.hint}</p>
    </div>
  );
}
