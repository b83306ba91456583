/** A student's second and third step: "this is me", then the three pictures in order. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure, api, type ClassRoster } from "../../api";
import { DoorButton } from "../../ui/door-button";
import { Animal, PICTURES, PictureDrawing, type Picture } from "../../ui/drawing";
import { useFailureWords } from "../../ui/state";

const PICTURE_COUNT = 3;
type Student = ClassRoster["students"][number];

interface ClassStepsProps {
  roster: ClassRoster;
  /** Known from a login card. */
  studentId?: string | undefined;
  onLeave(): void;
}

export function ClassSteps({ roster, studentId, onLeave }: ClassStepsProps) {
  const [student, setStudent] = useState(roster.students.find(({ id }) => id === studentId));
  return student ? (
    <PicturesStep roster={roster} student={student} onLeave={() => setStudent(undefined)} />
  ) : (
    <WhoStep roster={roster} onChosen={setStudent} onLeave={onLeave} />
  );
}

function WhoStep({ roster, onChosen, onLeave }: { roster: ClassRoster; onChosen(student: Student): void; onLeave(): void }) {
  const { t } = useTranslation();
  const heading = useStepHeading();
  return (
    <div className="step">
      <p className="step__where">
        <bdi>{roster.class_name}</bdi> · <bdi>{roster.school_name}</bdi>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {t("signIn.whoTitle")}
      </h1>
      <p>{roster.students.length > 0 ? t("signIn.whoLead") : t("signIn.noStudents")}</p>
      <ul className="aliases">
        {roster.students.map((student) => (
          <li key={student.id}>
            <DoorButton className="alias" onClick={() => onChosen(student)}>
              <Animal slug={student.avatar} size={88} />
              <bdi>{student.alias}</bdi>
            </DoorButton>
          </li>
        ))}
      </ul>
      <DoorButton look="quiet" onClick={onLeave}>
        {t("signIn.otherCode")}
      </DoorButton>
    </div>
  );
}

function PicturesStep({ roster, student, onLeave }: { roster: ClassRoster; student: Student; onLeave(): void }) {
  const { t } = useTranslation();
  const heading = useStepHeading();
  const queries = useQueryClient();
  const words = useFailureWords();
  const [chosen, setChosen] = useState<Picture[]>([]);
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const said = useRef<HTMLParagraphElement>(null);
  // On a phone the twelve pictures are longer than the screen, and what went wrong stands above them.
  useEffect(() => {
    if (error) said.current?.scrollIntoView({ block: "center" });
  }, [error]);

  async function choose(picture: Picture) {
    if (isBusy) return;
    const pictures = [...chosen, picture];
    setChosen(pictures);
    setError(undefined);
    if (pictures.length < PICTURE_COUNT) return;
    setBusy(true);
    try {
      queries.setQueryData(["session"], await api.signInStudent(roster.code, student.id, pictures));
    } catch (failure) {
      const isWrong = failure instanceof ApiFailure && failure.code === "sign_in_failed";
      setError(isWrong ? t("signIn.wrongPictures") : words(failure));
      setChosen([]);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="step">
      <Animal slug={student.avatar} size={96} />
      <h1 ref={heading} tabIndex={-1}>
        {t("signIn.picturesTitle", { name: student.alias })}
      </h1>
      <p>{t("signIn.picturesLead")}</p>
      <ol className="slots" aria-label={t("signIn.chosen")}>
        {Array.from({ length: PICTURE_COUNT }, (_, index) => {
          const picture = chosen[index];
          const number = index + 1;
          return (
            <li key={index} className="slot" data-full={picture ? "" : undefined}>
              <span className="visually-hidden">
                {picture
                  ? t("signIn.slotFull", { number, picture: t(`pictures.${picture}`) })
                  : t("signIn.slotEmpty", { number })}
              </span>
              {picture ? <PictureDrawing name={picture} size={52} /> : <span aria-hidden="true">{number}</span>}
            </li>
          );
        })}
      </ol>
      <p className="step__error" role="alert" ref={said}>
        {error}
      </p>
      <ul className="pictures">
        {PICTURES.map((picture) => (
          <li key={picture}>
            <DoorButton className="picture" onClick={() => void choose(picture)}>
              <PictureDrawing name={picture} size={64} />
              {t(`pictures.${picture}`)}
            </DoorButton>
          </li>
        ))}
      </ul>
      <div className="step__ways">
        <DoorButton look="secondary" disabled={chosen.length === 0 || isBusy} onClick={() => setChosen([])}>
          {t("signIn.startAgain")}
        </DoorButton>
        <DoorButton look="quiet" onClick={onLeave}>
          {t("signIn.notMe")}
        </DoorButton>
      </div>
    </div>
  );
}

/** A new step begins at its heading, for a screen reader as for an eye. */
function useStepHeading() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}
