import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Page } from "../ui/page";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")}>
      <p>{t("notFound.text")}</p>
      <p>
        <Link href="/" className="button button--primary">
          {t("notFound.home")}
        </Link>
      </p>
    </Page>
  );
}
