export type Guest = { email: string; first_name: string; last_name: string };

const address = /[^\s<>()"',;]+@[^\s<>()"',;]+\.[^\s<>()"',;]+/;

/**
 * Reads a pasted list of people: addresses, "Mia Wong <mia@example.com>", or rows of a spreadsheet;
 * between them new lines, commas or semicolons. Nobody is in it twice. What has no address is given
 * back as it is.
 */
export function readGuests(text: string): { guests: Guest[]; unread: string[] } {
  const guests = new Map<string, Guest>();
  const unread: string[] = [];
  for (const piece of text.split(/[\n,;]+/).map((part) => part.trim()).filter(Boolean)) {
    const email = address.exec(piece)?.[0];
    if (!email) {
      unread.push(piece);
      continue;
    }
    const words = piece.replace(email, ' ').replace(/[<>()"']/g, ' ').split(/\s+/).filter(Boolean);
    const key = email.toLowerCase();
    if (!guests.has(key)) guests.set(key, { email, first_name: words.slice(0, Math.max(words.length - 1, 1)).join(' '), last_name: words.length > 1 ? (words.at(-1) ?? '') : '' });
  }
  return { guests: [...guests.values()], unread };
}

/** The guest as a line that readGuests reads. */
export function guestLine({ email, first_name, last_name }: Guest): string {
  const name = `${first_name} ${last_name}`.trim();
  return name ? `${name} <${email}>` : email;
}
