import { fillServer, type Subscription } from "../../client/index.ts";
import { texts } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";

/** Why a subscription gets nothing, and what to do; nothing unless the server denied it. */
export function Denied({ subscription, testId }: { subscription: Subscription | null; testId: string }) {
  const fault = subscription?.status === "denied" ? subscription.fault : null;
  if (fault === null) return null;
  const { what, fix } = texts.value.explanations[fault.explanation];
  const { server } = fault.evidence;
  return (
    <p class="panel__fault" role="alert" data-testid={testId}>
      <Icon name="alert" />
      <span>
        <strong>{fillServer(what, server)}</strong> {fillServer(fix, server)}
      </span>
    </p>
  );
}
