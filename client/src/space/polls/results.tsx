/** How everyone answered: a quiet bar for each answer, in the schools' colours, and always the numbers in words. */
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { placeOf, SchoolName, SchoolShape } from "../../ui/school";
import type { PollAnswer, PollInfo, SchoolInfo } from "../frames";
import type { SpaceState } from "../state";
import { rowsOf, sizeOf, votersOf, type Row } from "./counts";

/** How I answered. */
type Mine = Pick<PollAnswer, "picks" | "words">;

interface ResultsProps {
  poll: PollInfo;
  state: Pick<SpaceState, "schools">;
  mine?: Mine | undefined;
}

export function Results({ poll, state, mine }: ResultsProps) {
  const { t } = useTranslation();
  const { results } = poll;
  if (!results) return null;
  const rows = rowsOf(poll);
  const schools = new Map(state.schools.map((school) => [school.id, school]));
  const voters = votersOf(poll);
  const isTogether = results.schools.length === 0;
  return (
    <>
      {poll.status !== "revealed" && <p className="soft">{t("poll.onlyYou")}</p>}
      <p className="poll__voters" role={poll.status === "open" ? undefined : "status"}>
        {t("poll.answers", { count: voters })}
        {results.schools.map((id, at) => (
          <Count key={id} school={schools.get(id)} count={results.voters[at] ?? 0} isNamed />
        ))}
      </p>
      {isTogether && voters > 0 && <p className="soft">{t("poll.together")}</p>}
      {poll.kind === "words" ? (
        <Cloud rows={rows} schools={schools} mine={mine} />
      ) : (
        <Bars poll={poll} rows={rows} voters={voters} schools={schools} mine={mine} />
      )}
    </>
  );
}

type Schools = ReadonlyMap<string, SchoolInfo>;

/** The count of one school: named where it is first said, and by its shape from then on. */
function Count({ school, count, isNamed = false }: { school: SchoolInfo | undefined; count: number; isNamed?: boolean }) {
  return (
    <span className="poll-count">
      {school && isNamed && <SchoolName school={school} isShort />}
      {school && !isNamed && (
        <>
          <SchoolShape colour={school.colour} />
          <span className="visually-hidden">{school.short_name}</span>
        </>
      )}
      {!school && <span className="soft">?</span>}
      {count}
    </span>
  );
}

const SHORT = 3;

interface BarsProps {
  poll: PollInfo;
  rows: readonly Row[];
  voters: number;
  schools: Schools;
  mine: Mine | undefined;
}

function Bars({ poll, rows, voters, schools, mine }: BarsProps) {
  const { t } = useTranslation();
  const ends = [
    [1, poll.low],
    [5, poll.high],
  ] as const;
  // Letters and numbers leave room for their bar beside them, where nothing else is said of them.
  const count = poll.results?.schools.length ?? 0;
  const isShort = !poll.right && !mine && count <= SHORT && rows.every((row) => row.label.length <= SHORT);
  // The numbers have the same width in each row, or the bars would not compare.
  const letters = Math.max(1, ...rows.map((row) => row.label.length));
  const room = { "--poll-schools": count, "--poll-letters": letters } as CSSProperties;
  const list = (
    <ul className="poll-bars" data-short={isShort ? "" : undefined} style={room}>
      {rows.map((row) => (
        <li key={row.place} data-right={row.isRight ? "" : undefined}>
          <p className="poll-bars__label">
            <span>
              <bdi>{row.label}</bdi>
              {row.isRight && <span className="poll-right">{t("poll.right")}</span>}
              {mine?.picks.includes(row.place) && <span className="poll-mine">{t("poll.mine")}</span>}
            </span>
            <Numbers row={row} schools={schools} />
          </p>
          <div className="poll-bar" aria-hidden="true">
            {row.shares.map((share, at) => (
              <span
                key={at}
                className="poll-bar__part"
                data-school={share.schoolId ? placeOf(schools.get(share.schoolId)?.colour ?? 0) : undefined}
                style={{ inlineSize: `${voters > 0 ? (share.count / voters) * 100 : 0}%` }}
              />
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
  if (poll.kind !== "scale" || (!poll.low && !poll.high)) return list;
  return (
    <div>
      {list}
      <p className="poll-scale__ends">
        {ends.map(([number, words]) => (
          <span key={number}>{words && <>{number}: <bdi>{words}</bdi></>}</span>
        ))}
      </p>
    </div>
  );
}

/** The number of all, and behind it that of each school where they are told apart and there is any. */
function Numbers({ row, schools }: { row: Row; schools: Schools }) {
  const parts = row.shares.filter((share) => share.schoolId && share.count > 0);
  return (
    <span className="poll-numbers">
      <strong>{row.total}</strong>
      {parts.map((share) => (
        <Count key={share.schoolId} school={schools.get(share.schoolId ?? "")} count={share.count} />
      ))}
    </span>
  );
}

/** A list, the most written first: the size of a word is for the eye, its place and number are for everyone. */
function Cloud({ rows, schools, mine }: { rows: readonly Row[]; schools: Schools; mine: Mine | undefined }) {
  const { t, i18n } = useTranslation();
  const most = Math.max(0, ...rows.filter((row) => !row.isHeld).map((row) => row.total));
  const own = new Set(mine?.words.map((word) => word.toLocaleLowerCase(formatLocale(i18n.language))));
  const shown = rows.filter((row) => !row.isHeld);
  const held = rows.filter((row) => row.isHeld);
  return (
    <>
      <ol className="poll-cloud">
        {shown.map((row) => (
          <li key={row.label} style={{ fontSize: `${sizeOf(row.total, most)}em` }} data-mine={own.has(row.label.toLowerCase()) ? "" : undefined}>
            <bdi>{row.label}</bdi>
            <span className="poll-cloud__numbers">
              <Numbers row={row} schools={schools} />
            </span>
          </li>
        ))}
      </ol>
      {held.length > 0 && (
        <div className="poll-held">
          <p>{t("poll.heldWords")}</p>
          <ul>
            {held.map((row) => (
              <li key={row.label}>
                <bdi>{row.label}</bdi> <Numbers row={row} schools={schools} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
