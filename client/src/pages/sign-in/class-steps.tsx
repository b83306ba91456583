/** A student's second and third step: "this is me", then the three pictures in order. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure, api, type ClassRoster } from "../../api";
import { DoorButton } from "../../ui/door-button";
import { Animal, PICTURES, PictureDrawing, type Picture } from "../../ui/drawing";
import { useFailureWords } from "../../ui/state";
import { toNextHeading } from "../../ui/title";

const PICTURE_COUNT = 3;
type Student = ClassRoster["students"][number];

interface ClassStepsProps {
  roster: ClassRoster;
  /** Known from a login card. */
  studentId?: string | undefined;
  /** What the way out of the class is called; else: another code. */
  leave?: string | undefined;
  onLeave(): void;
}

export function ClassSteps({ roster, studentId, leave, onLeave }: ClassStepsProps) {
  const queries = useQueryClient();
  const [student, setStudent] = useState(roster.students.find(({ id }) => id === studentId));
  return student ? (
    <PicturesStep
      student={student}
      onPictures={async (pictures) => {
        const session = await api.signInStudent(roster.code, student.id, pictures);
        toNextHeading();
        queries.setQueryData(["session"], session);
      }}
      onLeave={() => setStudent(undefined)}
    />
  ) : (
    <WhoStep roster={roster} leave={leave} onChosen={setStudent} onLeave={onLeave} />
  );
}

interface WhoStepProps {
  roster: ClassRoster;
  leave?: string | undefined;
  onChosen(student: Student): void;
  onLeave(): void;
}

function WhoStep({ roster, leave, onChosen, onLeave }: WhoStepProps) {
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
      <Aliases students={roster.students} onChosen={onChosen} />
      <DoorButton look="quiet" onClick={onLeave}>
        {leave ?? t("signIn.otherCode")}
      </DoorButton>
    </div>
  );
}

export function Aliases({ students, onChosen }: { students: readonly Student[]; onChosen(student: Student): void }) {
  return (
    <ul className="aliases">
      {students.map((student) => (
        <li key={student.id}>
          <DoorButton className="alias" onClick={() => onChosen(student)}>
            <Animal slug={student.avatar} size={88} />
            <bdi>{student.alias}</bdi>
          </DoorButton>
        </li>
      ))}
    </ul>
  );
}

interface PicturesStepProps {
  student: Student;
  /** The three in their order. What it throws is said, and they are asked for again. */
  onPictures(pictures: Picture[]): Promise<unknown>;
  onLeave(): void;
}

export function PicturesStep({ student, onPictures, onLeave }: PicturesStepProps) {
  const { t } = useTranslation();
  const heading = useStepHeading();
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
      await onPictures(pictures);
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
