/** Two schools, and what they share. */
export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
        <circle className="brand__one" cx="12" cy="13" r="10" />
        <path className="brand__two" d="M13 11h16v16H13z" />
        <path className="brand__shared" d="M13 11h8.8A10 10 0 0 1 13 22.95Z" />
      </svg>
      Commonroom
    </span>
  );
}
