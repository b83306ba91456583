/** How lively it was, week by week, for one school: small bars, and the same in words. */
import { useTranslation } from "react-i18next";
import { placeOf } from "./school";
import "./parts.css";

interface SparklineProps {
  /** What is counted, for whom: "Messages of Nakuru Hill". */
  label: string;
  /** One number a week, this week last. */
  weeks: readonly number[];
  colour: number;
  /** The largest number of all that stand together, so that their bars compare. */
  most?: number;
}

const BAR = 8;
const GAP = 3;
const HEIGHT = 36;

export function Sparkline({ label, weeks, colour, most = Math.max(0, ...weeks) }: SparklineProps) {
  const { t } = useTranslation();
  const { now, trend } = trendOf(weeks);
  const width = weeks.length * (BAR + GAP) - GAP;
  return (
    <div className="spark" data-school={placeOf(colour)}>
      <span className="visually-hidden">{label}: </span>
      <svg className="spark__bars" viewBox={`0 0 ${Math.max(width, 1)} ${HEIGHT}`} width={width} height={HEIGHT} aria-hidden="true">
        {weeks.map((count, index) => {
          const height = barHeight(count, most);
          return (
            <rect key={index} x={index * (BAR + GAP)} y={HEIGHT - height} width={BAR} height={height} data-now={index === weeks.length - 1 ? "" : undefined} />
          );
        })}
      </svg>
      <span>
        {t("spark.now", { count: now })} <span className="soft">{t(`spark.${trend}`)}</span>
        <span className="visually-hidden"> {t("spark.all", { numbers: weeks.join(", ") })}</span>
      </span>
    </div>
  );
}

/** A week with anything in it can be seen; a quiet one is a line on the ground. */
export function barHeight(count: number, most: number): number {
  if (count <= 0 || most <= 0) return 1;
  return Math.max(4, Math.round((Math.min(count, most) / most) * HEIGHT));
}

export type Trend = "quiet" | "more" | "less" | "same" | "begun";

/** This week against the mean of the weeks before; a quarter more or less is a change. */
export function trendOf(weeks: readonly number[]): { now: number; trend: Trend } {
  const now = weeks.at(-1) ?? 0;
  const before = weeks.slice(0, -1);
  const mean = before.reduce((sum, count) => sum + count, 0) / Math.max(1, before.length);
  if (now === 0 && mean === 0) return { now, trend: "quiet" };
  if (mean === 0) return { now, trend: "begun" };
  if (now > mean * 1.25) return { now, trend: "more" };
  return { now, trend: now < mean * 0.75 ? "less" : "same" };
}
