import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useState } from 'react';
import '../parts/colors.css';

const STORED_AS = 'stepmill.mode';
const DARK: string = Mode.Dark;
const darkSystem = matchMedia('(prefers-color-scheme: dark)');

export interface ColorMode {
  readonly isDark: boolean;
  readonly toggle: () => void;
}

/** Light or dark: what the person chose on this machine, else what the system says. */
export function useColorMode(): ColorMode {
  const [chosen, setChosen] = useState(() => localStorage.getItem(STORED_AS));
  const [isSystemDark, setSystemDark] = useState(darkSystem.matches);
  useEffect(() => {
    const follow = () => setSystemDark(darkSystem.matches);
    darkSystem.addEventListener('change', follow);
    return () => darkSystem.removeEventListener('change', follow);
  }, []);
  const isDark = chosen === null ? isSystemDark : chosen === DARK;
  useEffect(() => applyMode(isDark ? Mode.Dark : Mode.Light), [isDark]);
  const toggle = () => {
    const next = isDark ? Mode.Light : Mode.Dark;
    localStorage.setItem(STORED_AS, next);
    setChosen(next);
  };
  return { isDark, toggle };
}
