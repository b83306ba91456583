/** Small parts that the pages of the records are made of. */
import { useId, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { placeOf, SchoolShape } from "./school";
import "./parts.css";

/** A part of a page under its own heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section__head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export type Tone = "quiet" | "good" | "wait" | "danger";

/** A state in a word. The tone only repeats what the word says. */
export function Badge({ tone = "quiet", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  );
}

/** What is known of something: a word and its value each. */
export function Facts({ items }: { items: readonly { label: string; value: ReactNode }[] }) {
  return (
    <dl className="facts">
      {items.map(({ label, value }) => (
        <div key={label} className="fact">
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What came of the last thing done here, where the eye is and for those who listen. Always in the page. */
export function Said({ children, tone = "good" }: { children?: ReactNode; tone?: "good" | "danger" }) {
  return (
    <p className="said" role="status" data-tone={tone}>
      {children}
    </p>
  );
}

/** Something is being done. With a share of it known, how far it is. */
export function Progress({ label, done, of }: { label: string; done?: number; of?: number }) {
  const id = useId();
  return (
    <div className="progress" role="status">
      <label htmlFor={id}>{label}</label>
      <progress id={id} className="progress__bar" value={of ? done : undefined} max={of || undefined} />
    </div>
  );
}

export interface Step {
  key: string;
  title: ReactNode;
  text?: ReactNode;
  state: "done" | "now" | "todo";
  /** A button for the step that is next. */
  action?: ReactNode;
}

/** What has to be done in order, and how far it is. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  const { t } = useTranslation();
  return (
    <ol className="steps">
      {steps.map(({ key, title, text, state, action }, index) => (
        <li key={key} className="steps__one" data-state={state} aria-current={state === "now" ? "step" : undefined}>
          <span className="steps__mark" aria-hidden="true">
            {state === "done" ? (
              <svg viewBox="0 0 24 24" width="20" height="20">
                <path d="M5 12.5l4.5 4.5l9.5-10" />
              </svg>
            ) : (
              index + 1
            )}
          </span>
          <div className="steps__text">
            <p className="steps__title">
              {title}
              <span className={state === "now" ? "steps__state" : "visually-hidden"}> {t(`ui.step.${state}`)}</span>
            </p>
            {text && <div className="soft">{text}</div>}
            {action}
          </div>
        </li>
      ))}
    </ol>
  );
}

export interface Happening {
  key: string;
  /** Read aloud as it is written: "12 March, 10:05". */
  when: string;
  /** The same for machines. */
  moment: string;
  text: ReactNode;
  /** Whose doing it was. */
  colour?: number;
  more?: ReactNode;
}

/** What has happened, the last first. Each school in its colour and shape. */
export function Timeline({ items, label }: { items: readonly Happening[]; label: string }) {
  return (
    <ol className="timeline" aria-label={label}>
      {items.map(({ key, when, moment, text, colour, more }) => (
        <li key={key} className="timeline__one" data-school={colour === undefined ? undefined : placeOf(colour)}>
          <span className="timeline__mark">{colour !== undefined && <SchoolShape colour={colour} />}</span>
          <div>
            <p>{text}</p>
            <p className="soft">
              <time dateTime={moment}>{when}</time>
            </p>
            {more}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The pages that belong together, each with its own address. */
export function LinkTabs({ label, links }: { label: string; links: readonly { href: string; label: string; count?: number }[] }) {
  const [path] = useLocation();
  return (
    <nav className="strip" aria-label={label}>
      {links.map((link) => (
        <Link key={link.href} href={link.href} className="strip__one" aria-current={path === link.href ? "page" : undefined}>
          {link.label}
          {link.count ? <span className="strip__count"> ({link.count})</span> : null}
        </Link>
      ))}
    </nav>
  );
}

/** Parts of one page, one at a time. */
export function TabStrip({ label, tabs }: { label: string; tabs: readonly { key: string; label: string; content: ReactNode }[] }) {
  const { i18n } = useTranslation();
  const id = useId();
  const [chosen, choose] = useState(tabs[0]?.key);
  const at = Math.max(0, tabs.findIndex((tab) => tab.key === chosen));

  function move(event: KeyboardEvent<HTMLElement>) {
    const ahead = i18n.dir() === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = i18n.dir() === "rtl" ? "ArrowRight" : "ArrowLeft";
    const steps: Record<string, number> = { [ahead]: at + 1, [back]: at - 1, Home: 0, End: tabs.length - 1 };
    const step = steps[event.key];
    const tab = step === undefined ? undefined : tabs[(step + tabs.length) % tabs.length];
    if (!tab) return;
    event.preventDefault();
    choose(tab.key);
    document.getElementById(`${id}-${tab.key}`)?.focus();
  }

  return (
    <div className="tabbed">
      <div className="strip" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map((tab, index) => (
          <button
            key={tab.key}
            id={`${id}-${tab.key}`}
            type="button"
            role="tab"
            className="strip__one"
            aria-selected={index === at}
            aria-controls={`${id}-panel`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => choose(tab.key)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" className="tabbed__panel" aria-labelledby={`${id}-${tabs[at]?.key}`} tabIndex={0}>
        {tabs[at]?.content}
      </div>
    </div>
  );
}

/** A text to take along, such as a welcome link. */
export function CopyBox({ label, text, hint }: { label: string; text: string; hint?: ReactNode }) {
  const { t } = useTranslation();
  const id = useId();
  const [said, say] = useState("");

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      say(t("ui.copied"));
    } catch {
      // Not every school's browser gives it away: then the person does it by hand.
      const box = document.getElementById(id) as HTMLInputElement | null;
      box?.focus();
      box?.select();
      say(t("ui.copyByHand"));
    }
  }

  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <div className="copy">
        <input
          id={id}
          className="field__input"
          dir="ltr"
          readOnly
          value={text}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onFocus={(event) => event.target.select()}
        />
        <button type="button" className="button button--secondary" onClick={() => void copy()}>
          {t("ui.copy")}
        </button>
      </div>
      {hint && (
        <p className="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Said>{said}</Said>
    </div>
  );
}

/** A link to a file that the server makes: a PDF, a table. */
export function FileLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a className="button button--secondary" href={href} download="">
      {children}
    </a>
  );
}

/** Hands a file over that came as the answer to a call. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
