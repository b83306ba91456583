import { useTranslation } from "react-i18next";
import "./finder.css";

/** How well a school fits mine: 78 of 100. */
export function Score({ score }: { score: number }) {
  const { t } = useTranslation();
  return (
    <p className="score">
      <span className="score__number">{score}</span> <span className="soft">{t("finder.of100")}</span>
    </p>
  );
}
