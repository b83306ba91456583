/** On Today: the lessons that ended lately, for whoever slept or wants to look back. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { lately } from "./calls";
import { LookBack } from "./look-back";
import "./recap.css";

export default function Lately() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["lately"], queryFn: lately });
  const lessons = found.data?.items ?? [];
  if (lessons.length === 0) return null;
  return (
    <section className="section" aria-labelledby="lately">
      <h2 id="lately">{t("recap.lately")}</h2>
      <ul className="recap-list">
        {lessons.map((lesson) => (
          <LookBack key={lesson.lesson_id} lesson={lesson} level={3} withSpace />
        ))}
      </ul>
    </section>
  );
}
