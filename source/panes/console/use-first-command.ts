import { useEffect, useEffectEvent } from 'react';

/** Runs the command that the console was started with, once the engine has said what there is: names in it must be known. */
export function useFirstCommand(text: string | undefined, known: boolean, run: (text: string) => void): void {
  const begin = useEffectEvent(() => text !== undefined && run(text));
  useEffect(() => {
    if (known) begin();
  }, [known]);
}
