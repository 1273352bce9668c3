import { Component, type ReactNode } from 'react';
import { errorMessage } from '../lib/error.ts';
import { safe } from '../lib/text.ts';
import { Frame } from './Frame.tsx';

export type BoundaryProps = {
  /** The operator's name for the content: "the health pane". */
  name: string;
  width: number;
  height: number;
  /** A new value makes it draw again, as the cause of the failure may be gone. */
  attempt: unknown;
  /** Advice; default: where to find the details. */
  advice?: string;
  onError(where: string, error: unknown): void;
  children: ReactNode;
};

const ADVICE = '":messages" has the details. deskhand tries again within 10 s, and immediately for another row.';

type State = { error?: unknown; attempt: unknown };

/** Errors while drawing its children stay inside: an error message replaces them, and everything else keeps working. */
export class Boundary extends Component<BoundaryProps, State> {
  override state: State = { attempt: this.props.attempt };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ attempt }: BoundaryProps, state: State): State | null {
    return attempt === state.attempt ? null : { error: undefined, attempt };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError(`${this.props.name} could not be shown`, error);
  }

  override render(): ReactNode {
    const { error } = this.state;
    const { children, name, width, height, advice = ADVICE } = this.props;
    if (error === undefined) return children;
    const why = safe(errorMessage(error));
    const rows = [` ${safe(name)} cannot be shown: ${why}`, ` ${advice}`];
    return <Frame title=" cannot be shown " width={width} height={height} rows={rows} />;
  }
}
