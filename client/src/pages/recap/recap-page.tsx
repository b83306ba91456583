/**
 * A lesson afterwards, for the class that slept and for everybody else: who was there, what was drawn, said,
 * noted, asked and added, and what I can do now. Staff find times and downloads besides.
 */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure, type School } from "../../api";
import { formatLocale, pageWith } from "../../i18n";
import { usePerson } from "../../person";
import { ShutOut } from "../../space/shut-out";
import { sizeWords } from "../../space/files/size";
import { clockAt } from "../../time";
import { Page, useTitle } from "../../ui/page";
import { usePaged } from "../../ui/paged";
import { FileLink } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { BoardPicture } from "./board-picture";
import {
  closedSpace, files, recap, steps, taken, type Recap, type RecapFile, type RecapRoom, type RecapSchool,
} from "./calls";
import { More } from "./more";
import { PollList, usePolls } from "./polls";
import { SaidIn } from "./said";
import { When } from "./when";
import "./recap.css";

const Balance = lazy(() => pageWith(["records/balance"], () => import("./balance")));
const NotesView = lazy(() => pageWith(["records/notes"], () => import("./notes-view")));

export function RecapPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["recap", id], queryFn: () => recap(id) });
  const about = found.data;
  const title = about?.lesson.title ?? t("recap.title");
  const heading = useTitle(title);
  const closed = closedSpace(found.error);
  if (closed) return <ShutOut spaceId={closed.spaceId} reason={closed.reason} />;
  if (found.error instanceof ApiFailure && [403, 404].includes(found.error.status)) return <NotFoundPage />;
  return (
    <Page
      title={title}
      heading={
        <div className="recap-head">
          <p className="soft">{t("recap.title")}</p>
          <h1 ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          {about && (
            <>
              <When lesson={about.lesson} />
              <p className="ways">
                <Link href={`/spaces/${about.lesson.space_id}/recaps`}>
                  {t("recap.listTitleOf", { space: about.lesson.space_name })}
                </Link>
              </p>
            </>
          )}
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !about ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          {!about.lesson.ended_at && <p className="notice">{t("recap.running")}</p>}
          <Schools about={about} />
          {about.may_export && <Plan lessonId={id} />}
          <Board about={about} />
          <Chat about={about} />
          <Notes about={about} />
          <Polls about={about} />
          <Files about={about} />
          {about.may_see_people && (
            <Suspense fallback={null}>
              <Balance lessonId={id} />
            </Suspense>
          )}
          {about.open && <Now spaceId={about.lesson.space_id} />}
          {about.may_export && <Take lessonId={id} />}
        </>
      )}
    </Page>
  );
}

const schoolsOf = (about: Recap): School[] => about.lesson.schools.map(({ school }) => school);

function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="section recap-part" aria-labelledby={`recap-${id}`}>
      <h2 id={`recap-${id}`}>{title}</h2>
      {children}
    </section>
  );
}

function useRoomName(): (room: RecapRoom | undefined) => string {
  const { t } = useTranslation();
  return (room) => {
    if (!room?.is_group) return t("recap.everyone");
    return room.number === null ? t("recap.group") : t("recap.groupNumber", { number: room.number });
  };
}

function Schools({ about }: { about: Recap }) {
  const { t, i18n } = useTranslation();
  const person = usePerson();
  const locale = formatLocale(i18n.language);
  return (
    <Part id="schools" title={t("recap.schools")}>
      <ul className="lines">
        {about.lesson.schools.map((each) => (
          <li key={each.school.id} className="line">
            <SchoolName school={each.school} />
            <span>
              {each.students + each.staff === 0
                ? t(each.school.id === person.school.id && person.kind === "student" ? "recap.asleep" : "recap.nobody")
                : counts(each)}
              {each.school.id === about.host_school_id && each.students + each.staff > 0 && ` · ${t("recap.ledBy")}`}
            </span>
            {each.came_at && each.left_at && (
              <span className="soft">
                {t("recap.fromTo", {
                  from: clockAt(new Date(each.came_at), each.school.timezone, locale),
                  to: clockAt(new Date(each.left_at), each.school.timezone, locale),
                })}
              </span>
            )}
          </li>
        ))}
      </ul>
      {about.may_see_people && (
        <p>
          <Link href={`/spaces/${about.lesson.space_id}/attendance`}>{t("recap.people")}</Link>
        </p>
      )}
    </Part>
  );

  function counts({ students, staff }: RecapSchool): string {
    const parts = [students > 0 && t("recap.students", { count: students }), staff > 0 && t("recap.staff", { count: staff })];
    return parts.filter(Boolean).join(", ");
  }
}

/** What was planned, in its order. */
function Plan({ lessonId }: { lessonId: string }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["recap-steps", lessonId], queryFn: () => steps(lessonId), retry: false });
  if (!found.data || found.data.items.length === 0) return null;
  return (
    <Part id="plan" title={t("recap.plan")}>
      <ol className="recap-plan">
        {found.data.items.map((step) => (
          <li key={step.id}>
            <bdi>{step.title}</bdi> <span className="soft">{t("recap.minutes", { count: step.minutes })}</span>
          </li>
        ))}
      </ol>
    </Part>
  );
}

function Board({ about }: { about: Recap }) {
  const { t } = useTranslation();
  const nameOf = useRoomName();
  const room = (id: string) => about.rooms.find(({ space_id }) => space_id === id);
  return (
    <Part id="board" title={t("recap.board")}>
      {about.pages.length === 0 ? (
        <p className="soft">{t("recap.boardNone")}</p>
      ) : (
        <>
          <p className="soft">{t("recap.boardNow")}</p>
          {about.pages.map((page) => (
            <BoardPicture
              key={page.board_id}
              boardId={page.board_id}
              drawnAt={page.drawn_at}
              title={
                room(page.room_id)?.is_group
                  ? t("recap.pageOf", { group: nameOf(room(page.room_id)), title: page.title })
                  : t("recap.page", { title: page.title })
              }
            />
          ))}
        </>
      )}
    </Part>
  );
}

function Chat({ about }: { about: Recap }) {
  const { t } = useTranslation();
  const nameOf = useRoomName();
  const shown = about.rooms.filter((room) => !room.is_group || room.messages > 0);
  return (
    <Part id="chat" title={t("recap.chat")}>
      {shown.map((room) => (
        <div key={room.space_id} className="recap-room">
          {shown.length > 1 && <h3>{nameOf(room)}</h3>}
          {room.messages === 0 ? (
            <p className="soft">{t("recap.chatNone")}</p>
          ) : (
            <SaidIn lessonId={about.lesson.lesson_id} roomId={room.space_id} schools={schoolsOf(about)} />
          )}
        </div>
      ))}
    </Part>
  );
}

function Notes({ about }: { about: Recap }) {
  const { t } = useTranslation();
  const nameOf = useRoomName();
  if (about.notes.length === 0) return null;
  return (
    <Part id="notes" title={t("recap.notes")}>
      <Suspense fallback={<Skeleton blocks={["card"]} />}>
        {about.notes.map((notes) => (
          <NotesView
            key={notes.board_id}
            notes={notes}
            title={about.notes.length > 1 ? nameOf(about.rooms.find(({ space_id }) => space_id === notes.room_id)) : undefined}
          />
        ))}
      </Suspense>
    </Part>
  );
}

function Polls({ about }: { about: Recap }) {
  const { t } = useTranslation();
  const paged = usePolls(about.lesson.space_id, about.lesson.lesson_id);
  if (paged.items.length === 0 && !paged.error) return null;
  return (
    <Part id="polls" title={t("recap.polls")}>
      {paged.items.length === 0 ? (
        <Failed error={paged.error} onRetry={paged.tryAgain} />
      ) : (
        <PollList paged={paged} schools={schoolsOf(about)} level={3} />
      )}
      <p className="ways">
        <Link href={`/spaces/${about.lesson.space_id}/polls`}>{t("recap.pollsTitle")}</Link>
      </p>
    </Part>
  );
}

function Files({ about }: { about: Recap }) {
  const { t, i18n } = useTranslation();
  const { lesson_id: lessonId } = about.lesson;
  const paged = usePaged<RecapFile>(["recap-files", lessonId], (cursor) => files(lessonId, cursor));
  if (paged.items.length === 0 && !paged.error) return null;
  return (
    <Part id="files" title={t("recap.files")}>
      {paged.items.length === 0 ? (
        <Failed error={paged.error} onRetry={paged.tryAgain} />
      ) : (
        <ul className="lines">
          {paged.items.map((file) => (
            <li key={file.id} className="line">
              <a href={`/api/files/${file.id}`} {...(file.kind === "sound" ? { download: file.name } : { target: "_blank", rel: "noopener" })}>
                <bdi>{file.name}</bdi>
              </a>
              <span className="soft">
                <bdi>{file.added_by}</bdi> · {sizeWords(file.size_bytes, formatLocale(i18n.language))}
              </span>
            </li>
          ))}
        </ul>
      )}
      {paged.items.length > 0 && <More paged={paged} />}
    </Part>
  );
}

function Now({ spaceId }: { spaceId: string }) {
  const { t } = useTranslation();
  return (
    <section className="card recap-now" aria-labelledby="recap-now">
      <h2 id="recap-now">{t("recap.now")}</h2>
      <p>{t("recap.nowText")}</p>
      <Link href={`/spaces/${spaceId}`} className="button button--primary">
        {t("recap.goIn")}
      </Link>
    </section>
  );
}

const TAKEN = ["takePdf", "takeAttendancePdf", "takeAttendance", "takeChat", "takePolls"] as const;

/** Each is logged: for verified staff of the schools that take part. */
function Take({ lessonId }: { lessonId: string }) {
  const { t, i18n } = useTranslation();
  const links = taken(lessonId, i18n.language);
  return (
    <Part id="take" title={t("recap.take")}>
      <p className="soft">{t("recap.takeText")}</p>
      <ul className="recap-take">
        {TAKEN.map((what) => (
          <li key={what}>
            <FileLink href={links[what]}>{t(`recap.${what}`)}</FileLink>
          </li>
        ))}
      </ul>
    </Part>
  );
}
