import { createContext, useContext } from 'react';
import { createTheme, type Theme } from './theme.ts';

/** The theme of the running console; without one (tests of a single component) plain text in Unicode. */
export const ThemeContext = createContext<Theme>(createTheme({ level: 0, ascii: false }));

export function useTheme(): Theme {
  return useContext(ThemeContext);
}
