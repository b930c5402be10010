/** The formats by name. Each is loaded when it is asked for. */
import type { Format } from './types.ts';

const LOADERS = {
  pretty: async (): Promise<Format> => (await import('./pretty.ts')).pretty,
  unix: async (): Promise<Format> => (await import('./unix.ts')).unix,
  json: async (): Promise<Format> => (await import('./json.ts')).json,
  sarif: async (): Promise<Format> => (await import('./sarif.ts')).sarif,
  github: async (): Promise<Format> => (await import('./github.ts')).github,
  gitlab: async (): Promise<Format> => (await import('./gitlab.ts')).gitlab,
  junit: async (): Promise<Format> => (await import('./junit.ts')).junit,
  rdjson: async (): Promise<Format> => (await import('./rdjson.ts')).rdjson,
  markdown: async (): Promise<Format> => (await import('./markdown.ts')).markdown,
};

export type FormatName = keyof typeof LOADERS;

export const FORMAT_NAMES = Object.keys(LOADERS) as readonly FormatName[];

export function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(LOADERS, name);
}

export function loadFormat(name: FormatName): Promise<Format> {
  return LOADERS[name]();
}

/** The table of `podlint forecast`. */
export async function loadForecast(): Promise<Format> {
  return (await import('./forecast.ts')).forecast;
}
