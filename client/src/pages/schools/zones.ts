/** Time zones, as the browser knows them. */

/** Those of a country, the likeliest first; none where the browser can not tell. */
export function zonesOf(country: string): string[] {
  if (!country) return [];
  try {
    const place = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones?(): string[] | undefined; timeZones?: string[] };
    return [...(place.getTimeZones?.() ?? place.timeZones ?? [])];
  } catch {
    return [];
  }
}

/** Every one. Chromium names some by an older name, which the server knows too. */
export function allZones(): string[] {
  const all = Intl as typeof Intl & { supportedValuesOf?(key: "timeZone"): string[] };
  return all.supportedValuesOf?.("timeZone") ?? ["UTC"];
}
