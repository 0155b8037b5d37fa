import type { ITheme } from '@xterm/xterm'

/** Sixteen colours that can be read on the background of each theme. */
export function terminalTheme(dark: boolean): ITheme {
  return dark
    ? {
        ...{
          background: '#0b1116',
          foreground: '#dbe5ec',
          cursor: '#45c3d4',
          cursorAccent: '#0b1116',
          selectionBackground: '#2c5560',
        },
        ...{
          black: '#1d2a36',
          red: '#f5827c',
          green: '#4fc58c',
          yellow: '#e3ad4d',
          blue: '#86b0f8',
          magenta: '#c99bf0',
          cyan: '#45c3d4',
          white: '#c4d0d9',
        },
        ...{
          brightBlack: '#74879a',
          brightRed: '#ff9f99',
          brightGreen: '#76dba8',
          brightYellow: '#f3c777',
          brightBlue: '#a8c8ff',
          brightMagenta: '#ddbbfb',
          brightCyan: '#7fdbe7',
          brightWhite: '#f2f7fa',
        },
      }
    : {
        ...{
          background: '#ffffff',
          foreground: '#13202b',
          cursor: '#0b7285',
          cursorAccent: '#ffffff',
          selectionBackground: '#b9e2e9',
        },
        ...{
          black: '#13202b',
          red: '#bd2d2b',
          green: '#18794a',
          yellow: '#8f5b00',
          blue: '#2a5bb0',
          magenta: '#7f3fa8',
          cyan: '#0b7285',
          white: '#637280',
        },
        ...{
          brightBlack: '#54636f',
          brightRed: '#d33f3c',
          brightGreen: '#1f8f58',
          brightYellow: '#a56b06',
          brightBlue: '#386cc6',
          brightMagenta: '#9451bf',
          brightCyan: '#0e879d',
          brightWhite: '#2b3a46',
        },
      }
}
