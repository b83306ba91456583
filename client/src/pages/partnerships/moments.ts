/** Days that people choose, as moments of their school's own clock. */
import { momentAt, nextDay } from "../../hours";
import { dateAt, dateWords } from "../../time";

export const today = (timezone: string) => dateAt(new Date(), timezone);
export const dayAfter = (day: string, by: number) => nextDay(day, by);

/** When a day begins at school. */
export const beginOf = (day: string, timezone: string) => new Date(momentAt(day, "00:00", timezone)).toISOString();

/** When it is over: nobody who reads "until Friday" means Thursday night. */
export const endOf = (day: string, timezone: string) => new Date(momentAt(nextDay(day, 1), "00:00", timezone)).toISOString();

/** The last day of something that ends at a moment: what ends at midnight ended the day before. */
export const lastDay = (moment: string, timezone: string, locale: string) =>
  dateWords(dateAt(new Date(Date.parse(moment) - 1), timezone), locale);

export const dayOf = (moment: string, timezone: string, locale: string) => dateWords(dateAt(new Date(moment), timezone), locale);
