import { Component, type ComponentChildren } from "preact";

interface BoundaryProps {
  /** What stands in the place of what broke. */
  readonly fallback: (error: unknown, again: () => void) => ComponentChildren;
  /** What is shown; another one is tried anew. */
  readonly of: unknown;
  readonly children: ComponentChildren;
}

interface BoundaryState {
  readonly failed: { readonly error: unknown; readonly of: unknown } | null;
}

/** Lets a row, a panel or a sheet break alone: what is around it goes on. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { failed: null };

  override componentDidCatch(error: unknown): void {
    this.setState({ failed: { error, of: this.props.of } });
  }

  override render({ fallback, of, children }: BoundaryProps, { failed }: BoundaryState): ComponentChildren {
    return failed !== null && failed.of === of
      ? fallback(failed.error, () => this.setState({ failed: null }))
      : children;
  }
}
