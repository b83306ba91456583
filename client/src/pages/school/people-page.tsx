/** The staff of my school: who has an account, what their posts are, and who is verified. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { isOfOffice, usePerson } from "../../person";
import { Button } from "../../ui/button";
import { CheckGroup } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Form } from "../../ui/form";
import { PagedList, usePaged } from "../../ui/paged";
import { Badge, CopyBox, Said } from "../../ui/parts";
import { Empty } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { addStaff, disableStaff, editStaff, enableStaff, staff, verifyStaff, welcomeLink, type StaffRole, type StaffView } from "./calls";
import { PersonDataQuestion, type DataAct } from "./person-data";
import { manages, SchoolFrame, useReturn } from "./frame";

const SCHOOL_POSTS: readonly StaffRole[] = ["teacher", "headteacher", "administrator", "safeguarding_lead"];
const OFFICE_POSTS: readonly StaffRole[] = ["programme_officer", "adviser"];
const QUESTIONS = ["verify", "disable", "enable", "link"] as const;
type Act = (typeof QUESTIONS)[number];

interface Asked {
  act: Act | DataAct | "edit";
  person: StaffView;
}

interface Link {
  name: string;
  path: string;
}

export function PeoplePage() {
  const { t } = useTranslation();
  const me = usePerson();
  const queries = useQueryClient();
  const mayManage = manages(me) || me.roles.includes("programme_officer");
  const paged = usePaged(["staff"], staff);
  const [asked, ask] = useState<Asked>();
  const [isAdding, setAdding] = useState(false);
  const [link, setLink] = useState<Link>();
  const [said, say] = useState("");
  const isOffice = isOfOffice(me);
  const myself = paged.items.find(({ id }) => id === me.id);

  function done(words: string, given?: Link) {
    ask(undefined);
    setAdding(false);
    setLink(given);
    say(words);
    void queries.invalidateQueries({ queryKey: ["staff"] });
  }

  return (
    <SchoolFrame title={isOffice ? me.school.name : t("ourPeople.title")}>
      {mayManage && myself && !myself.verified_at && <p className="notice">{t("ourPeople.verifyMe")}</p>}
      <div className="section__head">
        <p className="soft">{t(`ourPeople.lead${isOffice ? "Office" : ""}${mayManage ? "Manager" : ""}`)}</p>
        {mayManage && (
          <Button
            look="primary"
            onPress={() => {
              say("");
              setAdding(true);
            }}
          >
            {t("ourPeople.add")}
          </Button>
        )}
      </div>
      <Said>{said}</Said>
      <PagedList paged={paged} empty={<Empty title={t("ourPeople.emptyTitle")}>{t("ourPeople.emptyText")}</Empty>}>
        {(people) => (
          <DataTable
            caption={t("ourPeople.title")}
            rows={people}
            rowKey={({ id }) => id}
            columns={[
              {
                key: "name",
                title: t("ourPeople.name"),
                cell: (person) => (
                  <>
                    <bdi>{person.name}</bdi>
                    {person.id === me.id && <span className="soft"> {t("ourPeople.you")}</span>}
                  </>
                ),
              },
              { key: "email", title: t("ourPeople.email"), cell: (person) => <bdi className="address">{person.email}</bdi> },
              {
                key: "posts",
                title: t("ourPeople.posts"),
                cell: (person) =>
                  person.posts.length > 0 ? (
                    <ul className="posts">
                      {person.posts.map((post) => (
                        <li key={post}>{wordsFor(t, "post", post, "ourSchool.other")}</li>
                      ))}
                    </ul>
                  ) : (
                    <span className="soft">{t("visitRole.guest")}</span>
                  ),
              },
              { key: "state", title: t("ourPeople.state"), cell: (person) => <State person={person} /> },
              ...(mayManage
                ? [
                    {
                      key: "do",
                      title: t("ourSchool.actions"),
                      isActions: true,
                      cell: (person: StaffView) => (
                        <ActMenu
                          person={person}
                          isMe={person.id === me.id}
                          onChoose={(act) => {
                            say("");
                            ask({ act, person });
                          }}
                        />
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </PagedList>
      {isAdding && (
        <PersonQuestion
          posts={isOffice ? OFFICE_POSTS : SCHOOL_POSTS}
          onClose={() => setAdding(false)}
          onDone={(person, path) => done(t("ourPeople.addedOne", { name: person.name }), path ? { name: person.name, path } : undefined)}
        />
      )}
      {asked?.act === "edit" ? (
        <PersonQuestion
          key={asked.person.id}
          before={asked.person}
          posts={isOffice ? OFFICE_POSTS : SCHOOL_POSTS}
          onClose={() => ask(undefined)}
          onDone={(person) => {
            if (person.id === me.id) void queries.invalidateQueries({ queryKey: ["session"] });
            done(t("ui.saved"));
          }}
        />
      ) : asked?.act === "export" || asked?.act === "erase" ? (
        <PersonDataQuestion
          key={`${asked.act} ${asked.person.id}`}
          act={asked.act}
          person={asked.person}
          onClose={() => ask(undefined)}
          onDone={() => done(t(`personData.${asked.act as DataAct}.done`, { name: asked.person.name }))}
        />
      ) : (
        asked && (
          <ActQuestion
            key={`${asked.act} ${asked.person.id}`}
            act={asked.act}
            person={asked.person}
            onClose={() => ask(undefined)}
            onDone={(path) =>
              done(t(`ourPeople.done.${asked.act}`, { name: asked.person.name }), path ? { name: asked.person.name, path } : undefined)
            }
          />
        )
      )}
      <Question
        isOpen={link !== undefined}
        title={t("ourPeople.linkTitle", { name: link?.name ?? "" })}
        onClose={() => setLink(undefined)}
        actions={
          <Button look="primary" onPress={() => setLink(undefined)}>
            {t("ourPeople.haveIt")}
          </Button>
        }
      >
        <p>{t("ourPeople.linkHow")}</p>
        {link && <CopyBox label={t("ourPeople.link")} text={`${location.origin}${link.path}`} hint={t("ourPeople.linkOnce")} />}
      </Question>
    </SchoolFrame>
  );
}

function State({ person }: { person: StaffView }) {
  const { t } = useTranslation();
  if (person.disabled_at) return <Badge tone="danger">{t("ourPeople.disabled")}</Badge>;
  return (
    <div className="badges">
      <Badge tone={person.verified_at ? "good" : "wait"}>{t(person.verified_at ? "ourPeople.verified" : "ourPeople.unverified")}</Badge>
      {!person.has_password && <span className="soft">{t("ourPeople.noPassword")}</span>}
    </div>
  );
}

function ActMenu({ person, isMe, onChoose }: { person: StaffView; isMe: boolean; onChoose(act: Asked["act"]): void }) {
  const { t } = useTranslation();
  const isOut = person.disabled_at !== null;
  const acts: Asked["act"][] = isOut
    ? ["edit", "enable", "export", "erase"]
    : ["edit", ...(person.verified_at || isMe ? [] : (["verify"] as const)), "link", "disable", "export"];
  return (
    <MenuTrigger>
      <AriaButton className="button button--secondary" aria-label={t("ourPeople.changeOne", { name: person.name })}>
        {t("ourSchool.edit")}
      </AriaButton>
      <Popover className="menu" placement="bottom end">
        <Menu className="menu__items" aria-label={t("ourPeople.changeOne", { name: person.name })} onAction={(key) => onChoose(key as Asked["act"])}>
          {acts.map((act) => (
            <MenuItem key={act} id={act} className="menu__item">
              {act === "export" || act === "erase" ? t(`personData.${act}.do`) : t(`ourPeople.act.${act}`)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

interface PersonQuestionProps {
  before?: StaffView;
  posts: readonly StaffRole[];
  onDone(person: StaffView, welcomePath?: string): void;
  onClose(): void;
}

function PersonQuestion({ before, posts, onDone, onClose }: PersonQuestionProps) {
  useReturn();
  const { t } = useTranslation();
  const [name, setName] = useState(before?.name ?? "");
  const [email, setEmail] = useState("");
  const [chosen, setChosen] = useState<StaffRole[]>(posts.filter((post) => before?.posts.includes(post)));
  const save = useMutation({
    mutationFn: async () =>
      before
        ? { person: await editStaff(before.id, name.trim(), chosen), path: undefined }
        : addStaff({ name: name.trim(), email: email.trim(), posts: chosen }).then(({ person, welcome_path: path }) => ({ person, path })),
    onSuccess: ({ person, path }) => onDone(person, path),
  });

  function submit() {
    const missing = {
      ...(name.trim() ? {} : { name: t("fieldProblem.missing") }),
      ...(before || /^\S+@\S+\.\S+$/.test(email.trim()) ? {} : { email: t("ourPeople.emailUnfit") }),
    };
    if (Object.keys(missing).length > 0) return missing;
    if (!save.isPending) save.mutate();
  }

  return (
    <Question
      isOpen
      title={before ? t("ourPeople.changeOne", { name: before.name }) : t("ourPeople.add")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="person-form" isPending={save.isPending}>
            {t(before ? "ui.save" : "ourPeople.addDo")}
          </Button>
        </>
      }
    >
      <Form id="person-form" error={save.error} onSubmit={submit}>
        <Field label={t("ourPeople.name")} hint={t("ourPeople.nameHint")} name="name" value={name} onChange={setName} maxLength={80} />
        {!before && (
          <Field label={t("ourPeople.email")} hint={t("ourPeople.emailHint")} name="email" type="email" autoComplete="off" dir="ltr" value={email} onChange={setEmail} maxLength={254} />
        )}
        <CheckGroup
          label={t("ourPeople.posts")}
          hint={t("ourPeople.postsHint")}
          name="posts"
          options={posts.map((post) => ({ value: post, label: wordsFor(t, "post", post, "ourSchool.other"), hint: t(`ourPeople.opens.${post}`) }))}
          values={chosen}
          onChange={setChosen}
        />
      </Form>
    </Question>
  );
}

const CALLS: Record<Act, (id: string) => Promise<StaffView | { welcome_path: string }>> = {
  verify: verifyStaff,
  disable: disableStaff,
  enable: enableStaff,
  link: welcomeLink,
};

interface ActQuestionProps {
  act: Act;
  person: StaffView;
  onDone(welcomePath?: string): void;
  onClose(): void;
}

function ActQuestion({ act, person, onDone, onClose }: ActQuestionProps) {
  useReturn();
  const { t } = useTranslation();
  const make = useMutation({
    mutationFn: () => CALLS[act](person.id),
    onSuccess: (answer) => onDone("welcome_path" in answer ? answer.welcome_path : undefined),
  });
  return (
    <Confirm
      isOpen
      title={t(`ourPeople.ask.${act}.title`, { name: person.name })}
      doIt={t(`ourPeople.act.${act}`)}
      isDanger={act === "disable"}
      isPending={make.isPending}
      error={make.error}
      onConfirm={() => make.mutate()}
      onClose={() => {
        make.reset();
        onClose();
      }}
    >
      <p>{t(`ourPeople.ask.${act}.text`)}</p>
    </Confirm>
  );
}
