// Values as people read them.

const digestShown = 12;

/** A time of the API in UTC, to the minute; what is no time as it is. */
export const time = (text: string): string => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : new Date(at).toISOString().slice(0, 16).replace("T", " ") + " UTC";
};

/** The beginning of a hash, without the name of its kind. */
export const short = (hash: string): string => hash.slice(hash.indexOf(":") + 1).slice(0, digestShown);

export const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;
