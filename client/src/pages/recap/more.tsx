/** The end of a list that is longer than what is shown: a button for more, and why that did not work. */
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import type { Paged } from "../../ui/paged";
import { Failed } from "../../ui/state";

export function More<Item>({ paged }: { paged: Paged<Item> }) {
  const { t } = useTranslation();
  return (
    <>
      {Boolean(paged.error) && <Failed error={paged.error} onRetry={paged.showMore} />}
      {paged.hasMore && (
        <div>
          <Button isPending={paged.isMorePending} onPress={paged.showMore}>
            {paged.isMorePending ? t("app.loading") : t("recap.more")}
          </Button>
        </div>
      )}
    </>
  );
}
