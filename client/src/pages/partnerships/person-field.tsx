/** One member of staff among those whom a partnership's records know. */
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { holds } from "../../ui/choices";
import { ComboField } from "../../ui/combo";
import { useFailureWords } from "../../ui/state";
import { staff, type Colleague } from "./calls";
import { joined } from "./checklist";

interface PersonFieldProps {
  partnershipId: string;
  label: string;
  fits(person: Colleague): boolean;
  value: string;
  onChange(id: string, person?: Colleague): void;
  name: string;
  hint?: ReactNode;
}

export function PersonField({ partnershipId, label, fits, value, onChange, name, hint }: PersonFieldProps) {
  const { t, i18n } = useTranslation();
  const words = useFailureWords();
  const [search, setSearch] = useState("");
  const found = useQuery({ queryKey: ["partnership", partnershipId, "staff"], queryFn: () => staff(partnershipId) });
  const people = (found.data ?? []).filter((person) => fits(person) && holds(`${person.name} ${person.school_name}`, search, i18n.language));
  const posts = (person: Colleague) => joined(person.posts.map((post) => wordsFor(t, "post", post, "post.teacher")), formatLocale(i18n.language));
  return (
    <ComboField
      label={label}
      name={name}
      options={people.map((person) => ({
        value: person.user_id,
        label: person.name,
        hint: [person.school_name, posts(person)].filter(Boolean).join(" · "),
      }))}
      value={value}
      onChange={(id) => {
        setSearch("");
        onChange(id, people.find((person) => person.user_id === id));
      }}
      onSearch={setSearch}
      isSearching={found.isPending}
      hint={hint}
      error={found.error && !found.data ? words(found.error) : undefined}
    />
  );
}
