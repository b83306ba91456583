/** Around the pages: nothing is shown while one is fetched, and a page that can not be fetched is no blank one. */
import { Component, Suspense, type ReactNode } from "react";
import { ApiFailure } from "../api";
import { Failed } from "./state";

export class PageBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return <Suspense fallback={null}>{this.props.children}</Suspense>;
    return (
      <main className="alone">
        <Failed error={new ApiFailure(navigator.onLine ? "page_failed" : "network", 0)} onRetry={() => location.reload()} />
      </main>
    );
  }
}
