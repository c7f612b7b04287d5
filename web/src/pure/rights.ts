// What to offer somebody. The server judges each call by its own table (Deed.cs); here it only decides which buttons are shown.
import type { ConfirmationAnswer, Role, WhoAnswer } from "../api/types";

const rising: readonly Role[] = ["viewer", "developer", "operator", "administrator"];
const every = "*";

/** Whether somebody has a role, or a higher one, in an environment. */
export const may = (who: WhoAnswer, least: Role, application: string, environment: string): boolean =>
  who.grants.some((grant) =>
    rising.indexOf(grant.role) >= rising.indexOf(least)
    && (grant.application === every || grant.application === application)
    && (grant.environment === every || grant.environment === environment));

/** The roles that wait for a yes and that somebody may say it in: those of his teams. */
export const rolesToConfirm = (who: WhoAnswer, confirmation: ConfirmationAnswer, application: string, environment: string): readonly string[] =>
  may(who, "developer", application, environment) ? confirmation.missing.filter((role) => who.teams.includes(role)) : [];
