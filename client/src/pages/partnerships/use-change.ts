/** A change to a partnership: whatever is shown of it is asked for again, also when it did not succeed. */
import { useMutation, useQueryClient } from "@tanstack/react-query";

export function useChange<Given, Answer>(
  id: string,
  change: (given: Given) => Promise<Answer>,
  onDone?: (answer: Answer, given: Given) => void,
) {
  const queries = useQueryClient();
  const lookAgain = () =>
    Promise.all([["partnership", id], ["partnerships"], ["clusters"], ["today"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
  return useMutation({
    mutationFn: change,
    onSuccess: async (answer: Answer, given: Given) => {
      // What is done is said when the page shows it.
      await lookAgain();
      onDone?.(answer, given);
    },
    onError: () => void lookAgain(),
  });
}
