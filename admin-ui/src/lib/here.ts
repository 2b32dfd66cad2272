import { useEffect, useRef } from 'react';

/** Whether something is still on screen: who closes a dialog before its answer comes learns the answer elsewhere. */
export function useHere() {
  const here = useRef(false);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return here;
}
