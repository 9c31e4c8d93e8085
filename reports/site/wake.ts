/** Keeps a screen on while something is measured, where the browser lets it, and notices when the page went out of sight. */

export interface Watch {
  /** Lets the screen go. Tells whether the page was out of sight at any time. */
  end(): boolean;
}

async function keepScreenOn(): Promise<WakeLockSentinel | null> {
  try {
    return await navigator.wakeLock.request('screen');
  } catch {
    // An older browser, or a battery that is too low: the screen may go off.
    return null;
  }
}

export function stayAwake(): Watch {
  let wasHidden = document.hidden;
  let lock = keepScreenOn();
  const changed = (): void => {
    wasHidden ||= document.hidden;
    // Going out of sight ends a lock.
    if (!document.hidden) lock = keepScreenOn();
  };
  document.addEventListener('visibilitychange', changed);
  return {
    end() {
      document.removeEventListener('visibilitychange', changed);
      void lock.then((held) => held?.release());
      return wasHidden;
    },
  };
}
