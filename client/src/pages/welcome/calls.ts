/** What the welcome page asks of the server. The token travels in the body, never in an address. */
import { client, take } from "../../api";

export const look = (token: string) => take(client.POST("/api/welcome/look", { body: { token } }));

export const choosePassword = (token: string, password: string) =>
  take(client.POST("/api/welcome", { body: { token, password } }));
