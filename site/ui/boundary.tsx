import { Component, type ComponentChildren } from "preact";

interface BoundaryProps {
  /** What stands in the place of what broke. */
  readonly fallback: (error: unknown, again: () => void) => ComponentChildren;
  /** What is shown; another one is tried anew. */
  readonly of: unknown;
  /** By what it is laid out; by another it is tried anew too. */
  readonly by?: unknown;
  readonly children: ComponentChildren;
}

interface BoundaryState {
  readonly failed: { readonly error: unknown; readonly of: unknown; readonly by: unknown } | null;
}

/** Lets a row, a panel or a sheet break alone: what is around it goes on. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { failed: null };

  override componentDidCatch(error: unknown): void {
    const { of, by } = this.props;
    this.setState({ failed: { error, of, by } });
  }

  override render(
    { fallback, of, by, children }: BoundaryProps,
    { failed }: BoundaryState,
  ): ComponentChildren {
    return failed !== null && failed.of === of && failed.by === by
      ? fallback(failed.error, () => this.setState({ failed: null }))
      : children;
  }
}
