import type { Fault } from "../../client/index.ts";
import { fillServer } from "../../contract/explanations.ts";
import { texts } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";

/** Why a subscription gets nothing, and what to do; nothing unless the server denied it. */
export function Denied(props: {
  interest: { readonly status: string; readonly fault: Fault | null } | null;
  testId: string;
}) {
  const { interest, testId } = props;
  const fault = interest?.status === "denied" ? interest.fault : null;
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
