import { useEffect, useEffectEvent } from 'react';

/** Runs the initial command once the engine has listed its objects, as names in it must be known. */
export function useFirstCommand(text: string | undefined, known: boolean, run: (text: string) => void): void {
  const begin = useEffectEvent(() => text !== undefined && run(text));
  useEffect(() => {
    if (known) begin();
  }, [known]);
}
