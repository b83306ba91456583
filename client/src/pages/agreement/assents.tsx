/** From a text to an agreement: who has agreed, who has signed, and who is waited for. */
import { useTranslation } from "react-i18next";
import { usePerson } from "../../person";
import { Steps, type Step } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import type { AgreementSchool, Assent, LiveVersion } from "./calls";
import { otherClock, useMoment } from "./words";

export function AssentSteps({ version, schools }: { version: LiveVersion; schools: readonly AgreementSchool[] }) {
  const { t } = useTranslation();
  const moment = useMoment();
  const mine = usePerson().school.id;
  const of = (kind: string) => new Map(given(version, kind).map((assent) => [assent.school_id, assent]));
  const [agreed, signed] = [of("agreed"), of("signed")];
  const allAgreed = schools.every(({ id }) => agreed.has(id));
  const allSigned = version.waiting.length === 0;
  const rows = (found: ReadonlyMap<string, Assent>, waits: "agreement.waitsAgree" | "agreement.waitsSign") => (
    <ul className="assents">
      {schools.map((school) => {
        const assent = found.get(school.id);
        return (
          <li key={school.id} className="assents__one">
            <SchoolName school={school} />
            {assent ? (
              <span>
                <bdi>{assent.person}</bdi>, {moment(assent.given_at, otherClock(schools, school.id, mine))}
              </span>
            ) : (
              <span className="assents__waits">{t(waits)}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
  const steps: Step[] = [
    {
      key: "proposed",
      state: "done",
      title: t("agreement.step.proposed"),
      text: t("agreement.proposedBy", { name: version.proposed_by, when: moment(version.proposed_at) }),
    },
    {
      key: "agreed",
      state: allAgreed ? "done" : "now",
      title: t("agreement.step.agreed"),
      text: rows(agreed, "agreement.waitsAgree"),
    },
    {
      key: "signed",
      state: allSigned ? "done" : allAgreed ? "now" : "todo",
      title: t("agreement.step.signed"),
      text: rows(signed, "agreement.waitsSign"),
    },
    { key: "begins", state: "todo", title: t("agreement.step.begins"), text: t("agreement.step.beginsText") },
  ];
  return <Steps steps={steps} />;
}

/** The yeses of a kind that were not taken back. */
export function given(version: { assents: readonly Assent[] }, kind: string): Assent[] {
  return version.assents.filter((assent) => assent.kind === kind && !assent.withdrawn_at);
}

/** Who signed, when by both clocks. */
export function Signatures({ version, schools }: { version: LiveVersion; schools: readonly AgreementSchool[] }) {
  const { t } = useTranslation();
  const moment = useMoment();
  const mine = usePerson().school.id;
  return (
    <ul className="assents" aria-label={t("agreement.signatures")}>
      {given(version, "signed").map((assent) => {
        const school = schools.find(({ id }) => id === assent.school_id);
        return (
          <li key={assent.school_id} className="assents__one">
            {school ? <SchoolName school={school} /> : <span className="soft">{t("agreement.goneSchool")}</span>}
            <span>
              <bdi>{assent.person}</bdi>, {moment(assent.given_at, otherClock(schools, assent.school_id, mine))}
            </span>
          </li>
        );
      })}
      {schools
        .filter(({ id }) => version.waiting.includes(id))
        .map((school) => (
          <li key={school.id} className="assents__one">
            <SchoolName school={school} />
            <span className="assents__waits">{t("agreement.waitsSign")}</span>
          </li>
        ))}
    </ul>
  );
}
