type Named = { first_name: string; last_name: string; username: string; email: string | null };

/** What to call a user: the full name, else the username. */
export function displayName({ first_name, last_name, username }: Named): string {
  return `${first_name} ${last_name}`.trim() || username;
}

/** One line that tells two people of the same name apart. */
export function handle(user: Named): string {
  const named = displayName(user) !== user.username;
  return [named ? `@${user.username}` : '', user.email ?? ''].filter(Boolean).join(' · ');
}
