/** What was said in one room of a lesson: to read, from the first message on. */
import { useTranslation } from "react-i18next";
import type { School } from "../../api";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { clockAt } from "../../time";
import { Avatar } from "../../ui/avatar";
import { usePaged } from "../../ui/paged";
import { SchoolName } from "../../ui/school";
import { Failed, Skeleton } from "../../ui/state";
import { messages, type RecapMessage } from "./calls";
import { More } from "./more";

interface SaidInProps {
  lessonId: string;
  roomId: string;
  schools: readonly School[];
}

export function SaidIn({ lessonId, roomId, schools }: SaidInProps) {
  const { t } = useTranslation();
  const paged = usePaged<RecapMessage>(["recap-said", lessonId, roomId], (cursor) => messages(lessonId, roomId, cursor));
  if (paged.isFirstPending) return <Skeleton blocks={["card"]} />;
  if (paged.error && paged.items.length === 0) return <Failed error={paged.error} onRetry={paged.tryAgain} />;
  if (paged.items.length === 0) return <p className="soft">{t("recap.chatNone")}</p>;
  return (
    <>
      <ol className="recap-said">
        {paged.items.map((message) => (
          <Message key={message.id} message={message} school={schools.find(({ id }) => id === message.author.school_id)} />
        ))}
      </ol>
      <More paged={paged} />
    </>
  );
}

export function Message({ message, school }: { message: RecapMessage; school: School | undefined }) {
  const { t, i18n } = useTranslation();
  const here = usePerson().school.timezone;
  const locale = formatLocale(i18n.language);
  const at = new Date(message.sent_at);
  const mine = clockAt(at, here, locale);
  const theirs = school ? clockAt(at, school.timezone, locale) : mine;
  const marks = [...(message.edited_at ? [t("recap.edited")] : []), ...(message.pinned ? [t("recap.pinned")] : [])];
  return (
    <li className="recap-said__one">
      <p className="recap-said__who">
        <Avatar person={message.author} colour={school?.colour ?? 0} size={32} />
        <strong>
          <bdi>{message.author.name}</bdi>
        </strong>
        {message.author.class_name && (
          <span className="soft">
            <bdi>{message.author.class_name}</bdi>
          </span>
        )}
        {school && <SchoolName school={school} isShort />}
        <time className="soft" dateTime={message.sent_at}>
          {mine === theirs ? mine : t("time.both", { here: mine, there: theirs })}
        </time>
      </p>
      {message.is_reply && (
        <p className="recap-said__quote soft">
          {message.quote ? (
            <>
              {t("recap.answers", { name: message.quote.name })} <bdi>{message.quote.text}</bdi>
            </>
          ) : (
            t("recap.answersGone")
          )}
        </p>
      )}
      <p className="recap-said__text" dir="auto">
        {message.text}
      </p>
      {marks.length > 0 && <p className="soft">{marks.join(" · ")}</p>}
    </li>
  );
}
